// @ts-check
// What the page knows of a restaurant's documents. It asks again every two seconds
// while somebody looks: a document that was published shows by itself where it arrived.

import { batch, computed, signal } from "../../../sync/ui/kit/html.js";
import { get, signedOut } from "../../../sync/ui/kit/api.js";

/** @template T @typedef {import("../../../sync/ui/lib/signals-core.mjs").Signal<T>} Signal */
/** @typedef {import("../today/figures.js").Restaurant} Restaurant */
/** @typedef {import("./kinds.js").InForce} InForce */
/** @typedef {import("./kinds.js").Wish} Wish */

const api = "/api/v1";
const again = 2000; // ms

/** @type {Signal<import("../today/nav.js").Me | null>} */
export const me = signal(null);
/** @type {Signal<Restaurant[] | null>} */
export const restaurants = signal(null);
/** Id of the one that is looked at. */
export const chosen = signal(new URLSearchParams(location.search).get("restaurant") ?? "");
/** @type {Signal<InForce[] | null>} */
export const inForce = signal(null);
/** @type {Signal<Wish[]>} */
export const wishes = signal([]);
/** Whether head office did not answer the last time. */
export const away = signal(false);

export const restaurant = computed(() => restaurants.value?.find((r) => r.id === chosen.value));

/** The address of what belongs to the restaurant that is looked at. @param {string} path */
export const at = (path) => `${api}/restaurants/${chosen.value}${path}`;

/** @param {string} id */
export function choose(id) {
  if (id === chosen.value) return;
  history.replaceState(null, "", `?restaurant=${id}`);
  batch(() => {
    chosen.value = id;
    inForce.value = null;
    wishes.value = [];
  });
  void load();
}

/** Asks for everything that is shown. */
export async function load() {
  try {
    const [who, today] = await Promise.all([get(`${api}/me`), get(`${api}/today`)]);
    const all = [.../** @type {Restaurant[]} */ (today.restaurants)].sort((a, b) => a.name.localeCompare(b.name));
    const id = all.some((r) => r.id === chosen.value) ? chosen.value : all[0]?.id ?? "";
    const [docs, list] = id ? await Promise.all([get(`${api}/restaurants/${id}/documents`), get(`${api}/restaurants/${id}/directives`)]) : [{ documents: [] }, { directives: [] }];
    if (chosen.value && chosen.value !== id && all.some((r) => r.id === chosen.value)) return; // another one was chosen meanwhile
    batch(() => {
      me.value = who;
      restaurants.value = all;
      chosen.value = id;
      inForce.value = docs.documents;
      wishes.value = list.directives;
      away.value = false;
    });
  } catch {
    away.value = !signedOut.peek();
  }
}

export function start() {
  void load();
  setInterval(() => {
    if (!signedOut.peek() && document.visibilityState === "visible") void load();
  }, again);
}
