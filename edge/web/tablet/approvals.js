// @ts-check
// A manager's word: asking for it, giving it, and doing what it was given for.

import { effect, signal } from "../../../sync/ui/kit/html.js";
import { post } from "../../../sync/ui/kit/api.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { now } from "../../../sync/ui/kit/ticker.js";
import { toast } from "../../../sync/ui/kit/toast.js";
import * as state from "./state.js";

const api = "/api/v1/approvals";

/**
 * What a manager's word is asked for.
 * @typedef {object} Wish
 * @property {string} key of the same wish, asked again
 * @property {string} order
 * @property {string} title what it is, for people
 * @property {number} amount minor units
 * @property {{action: string, orderId: string, lineId?: string, quantity?: number, percent?: number}} request
 * @property {string} [reason] where the person has said why already
 * @property {(approval: string) => void} go does it, with the word
 */

/** The wish whose sheet is open: it says itself what was answered. @type {import("./state.js").Signal<string | null>} */
export const shown = signal(null);

/** Words that were used already, by this page. @type {Set<string>} */
const used = new Set();

/** What this page asked for, by the approval's id. @type {Map<string, Wish>} */
const wishes = new Map();

/** How an order is cancelled with a word that was asked for before this page was loaded. @type {(order: string, approval: string) => void} */
let cancel = () => {};

/** @param {(order: string, approval: string) => void} how */
export function whenGiven(how) {
  cancel = how;
}

/** @param {import("./state.js").Approval} a */
function keyOf(a) {
  return wishes.get(a.approvalId)?.key ?? (a.action === "order.cancel" ? `cancel ${a.orderId}` : a.approvalId);
}

/** Takes the requests as the box tells them; what was asked here and is given now is done. @param {import("./state.js").Approval[]} list */
export function keepApprovals(list) {
  const before = new Map(state.approvals.peek().map((a) => [a.approvalId, a.state]));
  state.approvals.value = list;
  for (const a of list) {
    if (!a.mine || before.get(a.approvalId) === a.state) continue;
    const who = a.answeredBy?.name ?? t("role.manager");
    const wish = wishes.get(a.approvalId);
    const what = wish?.title ?? t(`approval.${a.action}`, { number: a.number ?? "" });
    if (a.state === "given" && a.orderId && !used.has(a.approvalId)) {
      used.add(a.approvalId);
      if (wish) wish.go(a.approvalId);
      else if (a.action === "order.cancel") cancel(a.orderId, a.approvalId);
      toast({ text: t("approval.given", { who, what }) });
    } else if (a.state === "refused" && before.has(a.approvalId) && shown.peek() !== keyOf(a)) {
      toast({ text: t("approval.refused", { who, what }) });
    }
  }
}

/** @param {import("./state.js").Approval} a */
export function isOpen(a) {
  return a.state === "asked" && Date.parse(a.until) > now.value;
}

/** What waits for whoever works here. */
export function waiting() {
  return state.approvals.value.filter((a) => isOpen(a) && !a.mine && state.may(a.action));
}

// Nothing waits any more: nothing to show.
effect(() => {
  if (state.showApprovals.value && waiting().length === 0) state.showApprovals.value = false;
});

/** The last request of this tablet for a wish. @param {string} key */
export function askedFor(key) {
  return state.approvals.value.find((a) => a.mine && keyOf(a) === key);
}

/** @param {Wish} wish @param {string} reason @returns {Promise<void>} */
export async function ask(wish, reason) {
  const a = await post(api, { ...wish.request, reason });
  wishes.set(a.approvalId, wish);
  keepOne(a);
}

/** @param {import("./state.js").Approval} a */
export async function withdraw(a) {
  keepOne(await post(`${api}/${a.approvalId}/withdraw`, undefined));
}

/**
 * Says yes or no; with a PIN in the name of somebody who is not signed in here.
 * @param {import("./state.js").Approval} a
 * @param {boolean} approve
 * @param {{personId: string, pin: string}} [by]
 */
export async function answer(a, approve, by) {
  keepOne(await post(`${api}/${a.approvalId}/answer`, { approve, ...by }));
}

/** @param {import("./state.js").Approval} a */
function keepOne(a) {
  const list = state.approvals.value;
  const known = list.some((b) => b.approvalId === a.approvalId);
  keepApprovals(known ? list.map((b) => (b.approvalId === a.approvalId ? a : b)) : [a, ...list]);
}
