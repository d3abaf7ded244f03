// @ts-check
// One clock for all components that show an age: a signal that moves once a second.

import { signal } from "../lib/signals-core.mjs";
import { serverNow } from "./time.js";

/** The server's time, ms, moved once a second. */
export const now = signal(serverNow());

/** The server's time, ms, moved every 20 s: for what shows minutes. */
export const minute = signal(serverNow());

/** Moves the clock on; at once when the server's time was learnt. */
export function tick() {
  const at = serverNow();
  now.value = at;
  if (Math.abs(at - minute.peek()) >= 20_000) minute.value = at;
}

/** Starts the clock; a page calls it once. */
export function startTicker() {
  setInterval(tick, 1000);
}
