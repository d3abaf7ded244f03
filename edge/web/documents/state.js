// @ts-check
// What the page knows: whose each kind of document is, and what head office offers. It
// asks again every two seconds while somebody looks.

import { batch, signal } from "../../../sync/ui/kit/html.js";
import { Problem, call, get, signedOut } from "../../../sync/ui/kit/api.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { watchWork } from "../../../sync/ui/kit/idle.js";

/** @template T @typedef {import("../../../sync/ui/lib/signals-core.mjs").Signal<T>} Signal */
/** @typedef {"box" | "hq" | "pos"} Owner */
/**
 * @typedef {object} Document
 * @property {"menu" | "venue" | "staff"} kind
 * @property {Owner} owner
 * @property {string} [sha256] the one in force
 * @property {string} [offered] the one that head office would put in force
 * @property {import("../../../sync/ui/kit/changes.js").Change[]} [changes] what that would change
 */

const api = "/api/v1";
const again = 2000; // ms

/** @type {Signal<{name: string, role: string, may: string[], person?: {personId: string}, restaurant: {name: string}} | null>} */
export const me = signal(null);
/** @type {Signal<Document[]>} */
export const documents = signal([]);
/** Whether the box did not answer the last time. */
export const away = signal(false);
/** Why nothing is shown. */
export const words = signal("");

/** To whom a kind of document can be given. @param {Document} d @returns {Owner[]} */
export const others = (d) => /** @type {Owner[]} */ (["box", "hq", "pos"]).filter((o) => o !== d.owner && (o !== "pos" || d.kind === "menu"));

/** Asks whose everything is. */
export async function load() {
  const { documents: list } = await get(`${api}/documents`);
  batch(() => {
    documents.value = ["menu", "venue", "staff"].map((kind) => list.find((/** @type {Document} */ d) => d.kind === kind));
    away.value = false;
  });
}

export async function start() {
  words.value = "";
  try {
    const who = await get(`${api}/me`);
    if (!who.may.includes("venue.write")) words.value = t("documents.notYou");
    else {
      await load();
      me.value = who;
    }
  } catch (err) {
    if (!signedOut.peek()) words.value = err instanceof Problem && err.message ? err.message : t("documents.away");
  }
}

/**
 * Gives a kind of document to another owner. What head office offers comes in force with
 * it, so the box must hear which offer was looked at.
 * @param {Document} seen as it was looked at
 * @param {Owner} owner
 */
export async function give(seen, owner) {
  await call("PUT", `${api}/documents/${seen.kind}/owner`, owner === "hq" ? { owner, offered: seen.offered ?? "" } : { owner }, { timeout: 30_000 });
}

/** Keeps the page true; who puts the tablet down here works at it no more. */
export function watch() {
  watchWork(() => me.peek()?.person !== undefined, () => call("POST", `${api}/people/leave`));
  setInterval(() => {
    if (me.peek() && !signedOut.peek() && document.visibilityState === "visible") load().catch(() => (away.value = !signedOut.peek()));
  }, again);
}
