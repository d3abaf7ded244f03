// @ts-check
// Asking the box who works here, and who waits for a manager's word.

import { get } from "../../../sync/ui/kit/api.js";
import { keepApprovals } from "./approvals.js";
import * as state from "./state.js";

/** Who works here, for the PIN pad. */
export async function loadPeople() {
  if (state.me.peek()?.may && !state.may("staff.read")) return;
  try {
    state.people.value = (await get("/api/v1/people")).people;
  } catch {
    // The line tells when the box is away.
  }
}

export async function loadApprovals() {
  if (!state.may("approval.ask")) return void (state.approvals.value = []);
  try {
    keepApprovals((await get("/api/v1/approvals")).approvals);
  } catch {
    // The same.
  }
}
