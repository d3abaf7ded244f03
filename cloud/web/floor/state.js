// @ts-check
// What the page knows of the tables of one restaurant, and the line to head office.

import { batch, computed, effect, signal } from "../../../sync/ui/kit/html.js";
import { Problem, get, signedOut } from "../../../sync/ui/kit/api.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { openStream } from "../../../sync/ui/kit/stream.js";
import { minute } from "../../../sync/ui/kit/ticker.js";

/** @template T @typedef {import("../../../sync/ui/lib/signals-core.mjs").Signal<T>} Signal */
/** @typedef {import("../today/figures.js").Restaurant} Restaurant */
/** @typedef {import("./room.js").Floor} Floor */

const api = "/api/v1";

/** @type {Signal<import("../today/nav.js").Me | null>} */
export const me = signal(null);
/** @type {Signal<Restaurant[] | null>} */
export const restaurants = signal(null);
/** Id of the one that is looked at. */
export const chosen = signal(new URLSearchParams(location.search).get("restaurant") ?? "");
/** @type {Signal<Floor | null>} */
export const floor = signal(null);
/** Server's ms since when the live line is lost. @type {Signal<number | null>} */
export const lostSince = signal(null);
/** Words while the page cannot start. */
export const starting = signal("");

export const restaurant = computed(() => restaurants.value?.find((r) => r.id === chosen.value));
/** The moment that the page speaks of: while the line is lost, time stands still. */
export const moment = computed(() => (lostSince.value === null ? Math.max(minute.value, floor.value?.asOf ?? 0) : floor.value?.asOf ?? 0));

/** @type {import("../../../sync/ui/kit/stream.js").Stream | undefined} */
let stream;

/** @param {string} id */
export function choose(id) {
  if (id === chosen.value) return;
  history.replaceState(null, "", `?restaurant=${id}`);
  close();
  chosen.value = id;
  listen();
}

function close() {
  stream?.close();
  stream = undefined;
  batch(() => {
    lostSince.value = null;
    floor.value = null;
  });
}

function listen() {
  if (!chosen.peek()) return;
  const at = `${api}/restaurants/${chosen.peek()}/floor`;
  /** @type {import("../../../sync/ui/kit/stream.js").Stream} */
  const mine = openStream(`${at}/stream`, {
    on: { floor: (f) => mine === stream && (floor.value = f) },
    opened: () => {}, // it begins with all that there is
    async probe() {
      const f = await get(at, { timeout: 4000 });
      if (mine === stream) floor.value = f;
      return true;
    },
    silence: 8000, // something comes every five seconds
  });
  stream = mine;
  mine.lostSince.subscribe((since) => {
    if (mine === stream) lostSince.value = since;
  });
}

async function load() {
  const [who, today] = await Promise.all([get(`${api}/me`), get(`${api}/today`)]);
  const all = [.../** @type {Restaurant[]} */ (today.restaurants)].sort((a, b) => a.name.localeCompare(b.name));
  batch(() => {
    me.value = who;
    restaurants.value = all;
    if (!all.some((r) => r.id === chosen.value)) chosen.value = all[0]?.id ?? "";
  });
}

async function open() {
  for (let tries = 0; ; tries++) {
    try {
      await load();
      break;
    } catch (err) {
      if (signedOut.peek()) return;
      starting.value = err instanceof Problem && err.message ? err.message : t("start.away");
      await new Promise((r) => setTimeout(r, Math.min(5000, 500 * 2 ** tries)));
    }
  }
  if (!stream) listen();
}

/** Starts, and starts again after every sign-in. */
export function start() {
  effect(() => {
    if (signedOut.value) close();
    else void open();
  });
}
