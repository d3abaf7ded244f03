// @ts-check
// The tablet locks by itself, so that nobody works under the name of who put it down.
// What was typed stays; see hands.js.

import { batch as together } from "../../../sync/ui/kit/html.js";
import { call, signedOut } from "../../../sync/ui/kit/api.js";
import { untouched, watchIdle } from "../../../sync/ui/kit/idle.js";
import { changedHands, outbox } from "./box.js";
import * as state from "./state.js";

/** Whether the box does not know yet that they work here no more. */
let owed = false;
/** @type {Promise<void> | null} */
let leaving = null;

/** Nobody touched the tablet for a minute. */
function lock() {
  const me = state.me.peek();
  if (owed) return void (leaving ??= leave());
  // The box alone knows the PIN that unlocks; and what waits would go out under the name of the next one.
  if (!me?.person || signedOut.peek() || state.locked.peek() !== null || state.away.peek() || outbox.waiting().length > 0) return;
  together(() => {
    state.locked.value = me.person?.personId ?? null;
    state.showApprovals.value = false;
    state.sheetOf.value = state.choosing.value = null;
  });
  owed = true;
  leaving = leave();
}

/** Tells the box that they work here no more. */
async function leave() {
  try {
    await call("POST", "/api/v1/people/leave");
    owed = false;
    await changedHands();
  } catch {
    // Tried again in a second; the line tells when the box is away.
  } finally {
    leaving = null;
  }
}

/** Somebody is about to enter a PIN: what is on its way must not end their work. */
export async function beforeEntering() {
  await leaving;
}

/** The box let somebody in: nothing is owed any more. */
export function entered() {
  owed = false;
}

export function startLock() {
  watchIdle(untouched, lock);
}
