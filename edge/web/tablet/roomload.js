// @ts-check
// Asking the box who sits where.

import { get } from "../../../sync/ui/kit/api.js";
import { keepFloor } from "./room.js";

/** Facts after which tables may be in another state, or who waits has another name. */
export const ofRoom = /^(table\.|waitlist\.|guest\.|order\.(opened|sent|status_changed|moved))/;

/** Whether the floor is being loaded; again: it changed meanwhile. */
let loading = { busy: false, again: false };

/** Loads the room, once at a time and once for the facts of a moment. */
export async function loadFloor() {
  if (loading.busy) {
    loading.again = true;
    return;
  }
  loading = { busy: true, again: false };
  try {
    await new Promise((r) => setTimeout(r, 40));
    loading.again = false;
    const asked = performance.now();
    keepFloor(await get("/api/v1/floor"), asked);
  } catch {
    // A line that comes back loads everything.
  }
  const { again } = loading;
  loading = { busy: false, again: false };
  if (again) void loadFloor();
}
