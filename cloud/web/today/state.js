// @ts-check
// What the page knows, and the line to head office.

import { batch, computed, effect, signal } from "../../../sync/ui/kit/html.js";
import { Problem, get, signedOut } from "../../../sync/ui/kit/api.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { openStream } from "../../../sync/ui/kit/stream.js";
import { now } from "../../../sync/ui/kit/ticker.js";
import { axis, health, nextOrder, sorted } from "./figures.js";

/** @typedef {import("./figures.js").Today} Today */
/** @template T @typedef {import("../../../sync/ui/lib/signals-core.mjs").Signal<T>} Signal */

const api = "/api/v1";
const atMost = 1000; // ms between two changes of the figures

/** @type {Signal<{user: string, organisation: {id: string, name: string}} | null>} */
export const me = signal(null);
/** @type {Signal<Today | null>} */
export const today = signal(null);
/** Server's ms since when the live line is lost. @type {Signal<number | null>} */
export const lostSince = signal(null);
/** Words while the page cannot start. */
export const starting = signal("");
/** Whether a pointer is on the table: then rows stay where they are. */
export const held = signal(false);
/** Whether what was set aside is shown. */
export const asideOpen = signal(false);
/** Ids in the order in which rows are shown. @type {Signal<string[]>} */
export const rows = signal([]);

/** The moment that the page speaks of: while the line is lost, time stands still. */
export const moment = computed(() => (lostSince.value === null ? Math.max(now.value, today.value?.asOf ?? 0) : today.value?.asOf ?? 0));

/** Restaurants as shown, each with its health. */
export const shown = computed(() => {
  const all = new Map((today.value?.restaurants ?? []).map((r) => [r.id, r]));
  return rows.value.flatMap((id) => {
    const r = all.get(id);
    return r ? [{ ...r, health: health(r, moment.value) }] : [];
  });
});

/** Hours that the charts show. */
export const hours = computed(() => axis(today.value?.restaurants ?? [], today.value?.asOf ?? 0));

/** @type {import("../../../sync/ui/kit/stream.js").Stream | undefined} */
let stream;
/** @type {Today | undefined} */
let next;
let lastChange = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** What of the figures moves: ages, which grow by themselves, do not. @param {Today | undefined | null} data */
const digits = (data) => JSON.stringify([data?.totals, data?.restaurants.map((r) => [r.sales, r.orders, r.boxes.map((b) => b.state)])]);

/** Shows what came; figures move at most once a second, and what came in between is skipped. @param {Today} data */
function take(data) {
  next = data;
  clearTimeout(timer);
  timer = setTimeout(apply, Math.max(0, lastChange + atMost - performance.now()));
}

function apply() {
  if (!next) return;
  const data = next;
  if (digits(data) !== digits(today.value)) lastChange = performance.now();
  batch(() => {
    today.value = data;
    rows.value = nextOrder(rows.value, sorted(data), held.value);
  });
}

/** The pointer left the table: rows may move again. @param {boolean} on */
export function hold(on) {
  held.value = on;
  if (!on && today.value) rows.value = sorted(today.value);
}

/** Starts, and starts again after every sign-in. */
export function start() {
  effect(() => {
    if (signedOut.value) close();
    else void open();
  });
}

function close() {
  stream?.close();
  stream = undefined;
  lostSince.value = null;
}

async function load() {
  const [who, data] = await Promise.all([get(`${api}/me`), get(`${api}/today`)]);
  me.value = who;
  next = data;
  apply();
}

async function open() {
  for (let tries = 0; !stream; tries++) {
    try {
      await load();
      break;
    } catch (err) {
      if (signedOut.peek()) return;
      starting.value = err instanceof Problem && err.message ? err.message : t("start.away");
      await new Promise((r) => setTimeout(r, Math.min(5000, 500 * 2 ** tries)));
    }
  }
  if (stream) return;
  const mine = openStream(`${api}/stream`, {
    on: { today: take },
    opened: () => void get(`${api}/today`).then(take, () => {}), // the probe tells when nobody answers
    async probe() {
      take(await get(`${api}/today`, { timeout: 4000 }));
      return true;
    },
    silence: 5000,
  });
  stream = mine;
  mine.lostSince.subscribe((since) => {
    if (mine === stream) lostSince.value = since;
  });
}
