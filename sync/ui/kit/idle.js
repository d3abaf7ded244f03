// @ts-check
// How long nobody touched this page, for who works at it by a PIN.

/** How long somebody may be away before others could work under their name, ms. */
export const untouched = 60_000;

/**
 * Pure: clocks are handed in.
 * @param {number} after ms that make a page idle
 * @param {(() => number)[]} clocks ms. That one counts by which more time passed: one may stand still while the tablet
 *   sleeps, another may be set back.
 */
export function createIdle(after, clocks) {
  const look = () => clocks.map((clock) => clock());
  let last = look();
  return {
    /** Somebody is there. */
    touched() {
      last = look();
    },
    /** Whether nobody was there for so long. */
    due: () => look().some((at, i) => at - last[i] >= after),
  };
}

/**
 * Watches for touches; a page calls it once. due is called when nobody touched the page for
 * so long, and again each second until somebody does.
 * @param {number} after ms
 * @param {() => void} due
 */
export function watchIdle(after, due) {
  const idle = createIdle(after, [() => performance.now(), Date.now]);
  const look = () => {
    if (idle.due()) due();
  };
  const touched = () => {
    look(); // the touch that wakes a tablet comes too late
    idle.touched();
  };
  for (const touch of ["pointerdown", "keydown", "wheel"]) addEventListener(touch, touched, { capture: true, passive: true });
  document.addEventListener("visibilitychange", look);
  setInterval(look, 1000);
}

/**
 * Ends the work of who put the tablet down, and goes to its first page, which asks for a PIN.
 * @param {() => boolean} works whether somebody works here by a PIN
 * @param {() => Promise<unknown>} leave
 */
export function watchWork(works, leave) {
  let leaving = false;
  watchIdle(untouched, async () => {
    if (leaving || !works()) return;
    leaving = true;
    try {
      await leave();
      location.assign("/");
    } catch {
      leaving = false; // tried again in a second
    }
  });
}
