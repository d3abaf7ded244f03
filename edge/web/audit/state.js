// @ts-check
// What the page knows: facts, the newest first, as far down as somebody read.

import { batch, signal } from "../../../sync/ui/kit/html.js";
import { Problem, call, get, signedOut } from "../../../sync/ui/kit/api.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { watchWork } from "../../../sync/ui/kit/idle.js";
import { all, deviceNames, fromAddress, query } from "./facts.js";

/** @template T @typedef {import("../../../sync/ui/lib/signals-core.mjs").Signal<T>} Signal */
/** @typedef {import("./facts.js").Fact} Fact */
/** @typedef {import("./facts.js").Filter} Filter */

const api = "/api/v1";

/** @type {Signal<{name: string, role: string, person?: {personId: string}, restaurant: {name: string, zone: string, locale: string}} | null>} */
export const me = signal(null);
/** @type {Signal<Filter>} */
export const filter = signal(fromAddress(location.search));
/** @type {Signal<Fact[]>} */
export const facts = signal([]);
/** before of the next page; 0: there are no more. */
export const next = signal(0);
export const loading = signal(false);
/** Why nothing is shown. */
export const words = signal("");
/** @type {Signal<Map<string, string>>} */
export const devices = signal(new Map());
/** @type {Signal<Map<string, string>>} */
export const people = signal(new Map());

/** @param {unknown} err */
function failed(err) {
  if (!signedOut.peek()) words.value = err instanceof Problem && err.message ? err.message : t("audit.away");
}

export async function start() {
  words.value = "";
  try {
    me.value = await get(`${api}/me`);
    const [list, known] = await Promise.all([get(`${api}/people`), get(`${api}/audit?type=device.introduced&limit=500`)]);
    batch(() => {
      people.value = new Map(list.people.map((/** @type {{id: string, name: string}} */ p) => [p.id, p.name]));
      devices.value = deviceNames(known.facts);
    });
    await load();
  } catch (err) {
    failed(err);
  }
}

let asked = 0;

/** Asks for facts: the newest, or those before what is shown. @param {boolean} [more] */
export async function load(more = false) {
  const mine = ++asked;
  loading.value = true;
  try {
    const page = await get(`${api}/audit?${query(filter.value, more ? next.value : 0)}`);
    if (mine !== asked) return; // the filter changed meanwhile
    batch(() => {
      facts.value = more ? [...facts.value, ...page.facts] : page.facts;
      next.value = page.next ?? 0;
      words.value = "";
    });
  } catch (err) {
    if (mine === asked) failed(err);
  }
  if (mine === asked) loading.value = false;
}

/** Changes the filter, in the address too, so that it can be sent to somebody. @param {Partial<Filter>} by */
export function choose(by) {
  filter.value = { ...filter.value, ...by };
  const q = Object.entries(filter.value).filter(([, v]) => v);
  history.replaceState(null, "", q.length > 0 ? `?${new URLSearchParams(q)}` : location.pathname);
  void load();
}

/** Takes every filter away. */
export const reset = () => choose(all);

/** Who puts the tablet down here works at it no more. */
export const watch = () => watchWork(() => me.peek()?.person !== undefined, () => call("POST", `${api}/people/leave`));
