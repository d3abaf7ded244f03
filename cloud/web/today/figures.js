// @ts-check
// What the figures of a day mean. Pure: no clock, no page. Totals come from the
// server; nothing here adds up two currencies.

/**
 * @typedef {object} Box
 * @property {string} id
 * @property {"online" | "dark" | "never"} state
 * @property {number} [since] ms
 * @property {number} behindEvents
 * @property {number} behindSeconds
 * @property {number} [lastHeard] ms
 *
 * @typedef {object} Restaurant
 * @property {string} id
 * @property {string} name
 * @property {string} currency "" where no box ever spoke: then no figure means anything
 * @property {number} digits
 * @property {string} zone
 * @property {string} day
 * @property {number} [dayStart] minutes after midnight at which its business day begins
 * @property {number} sales minor units
 * @property {number} orders
 * @property {number} average minor units
 * @property {{hour: number, sales: number}[]} hours on its clock, in any order
 * @property {{at: number, number: string, total: number}} [lastOrder]
 * @property {Box[]} boxes
 *
 * @typedef {object} Total
 * @property {string} currency
 * @property {number} digits
 * @property {number} sales
 * @property {number} orders
 * @property {number} average
 * @property {number} discounts off sales already
 * @property {number} charges
 * @property {number} taxes that prices do not hold
 *
 * @typedef {object} Today
 * @property {number} asOf ms
 * @property {Total[]} totals one per currency
 * @property {Restaurant[]} restaurants
 * @property {{name: string, quantity: number, sales: number, currency: string, digits: number}[]} topItems
 * @property {number} quarantined
 *
 * @typedef {object} Health
 * @property {"live" | "behind" | "dark" | "never"} state
 * @property {number} age ms: how far what we have lies behind what happens there
 * @property {number} events that wait there
 * @property {number} [until] ms: figures stop here
 */

/** Whether anything is known of a restaurant. @param {Restaurant} r */
export const told = (r) => r.currency !== "";

/** A line this much behind is still live, ms. */
const fresh = 10_000;
/** @type {Record<Health["state"], number>} */
const rank = { live: 0, behind: 1, never: 2, dark: 3 };

/**
 * @param {Box} b
 * @param {number} now ms
 * @param {number} lastOrder ms, 0 where there is none
 * @returns {Health}
 */
function boxHealth(b, now, lastOrder) {
  if (b.state === "never") return { state: "never", age: 0, events: 0 };
  if (b.state === "dark") {
    const until = Math.max(b.lastHeard ?? 0, lastOrder); // it says "I am here" rarely, and orders at once
    return { state: "dark", age: Math.max(0, now - (b.since || until)), events: b.behindEvents, until };
  }
  const age = b.behindSeconds * 1000;
  return { state: b.behindEvents > 0 && age >= fresh ? "behind" : "live", age, events: b.behindEvents, until: b.lastHeard };
}

/**
 * How well we know a restaurant: the worst of its boxes. A box that was never heard
 * counts only where no other was.
 * @param {Restaurant} r
 * @param {number} now ms
 * @returns {Health}
 */
export function health(r, now) {
  const all = r.boxes.map((b) => boxHealth(b, now, r.lastOrder?.at ?? 0));
  const heard = all.filter((h) => h.state !== "never");
  /** @type {Health} */
  const none = { state: "never", age: 0, events: 0 };
  return (heard.length > 0 ? heard : all).reduce((a, b) => (rank[b.state] > rank[a.state] ? b : a), heard[0] ?? none);
}

/**
 * The hour of the day in a zone, 0..23.
 * @param {number} at ms
 * @param {string} zone
 */
export function hourIn(at, zone) {
  const text = new Intl.DateTimeFormat("en-US", { hour: "numeric", hourCycle: "h23", timeZone: zone }).format(at);
  return Number(text);
}

const usualStart = 4 * 60; // minutes

/** Position of an hour in the business day: after midnight it goes on with 24, 25. @param {number} hour @param {Restaurant} r */
const place = (hour, r) => (hour < Math.floor((r.dayStart ?? usualStart) / 60) ? hour + 24 : hour);

/**
 * The hours that any of these restaurants has reached, in the order of the business day.
 * @param {Restaurant[]} restaurants
 * @param {number} asOf ms
 * @returns {number[]} places: 8, 9 … 23, 24, 25 for after midnight
 */
export function axis(restaurants, asOf) {
  let from = Infinity;
  let to = -Infinity;
  for (const r of restaurants) {
    if (r.hours.length === 0) continue;
    const places = r.hours.map((h) => place(h.hour, r));
    from = Math.min(from, ...places);
    to = Math.max(to, ...places, place(hourIn(asOf, r.zone), r));
  }
  return from === Infinity ? [] : Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

/**
 * A restaurant's sales along the axis. null is "not known": after the moment at which
 * a dark box was last heard. 0 is "nothing sold".
 * @param {Restaurant} r
 * @param {number[]} hours of axis
 * @param {Health} h
 * @returns {(number | null)[]}
 */
export function along(r, hours, h) {
  const sales = new Map(r.hours.map((x) => [place(x.hour, r), x.sales]));
  const end = told(r) && h.state === "dark" && h.until ? place(hourIn(h.until, r.zone), r) : Infinity;
  return hours.map((at) => sales.get(at) ?? (!told(r) || at > end ? null : 0));
}

/**
 * Sales of one currency so far, hour by hour.
 * @param {Restaurant[]} restaurants
 * @param {number[]} hours
 * @param {string} currency
 * @returns {number[]}
 */
export function runningTotal(restaurants, hours, currency) {
  const mine = restaurants.filter((r) => r.currency === currency);
  let sum = 0;
  return hours.map((at) => {
    for (const r of mine) sum += r.hours.find((x) => place(x.hour, r) === at)?.sales ?? 0;
    return sum;
  });
}

/**
 * Ids in the order of the table: by currency as the totals have it, then by sales; of
 * whom nothing is known, last.
 * @param {Today} today
 * @returns {string[]}
 */
export function sorted(today) {
  const currencies = [...today.totals.map((x) => x.currency), ""];
  return [...today.restaurants]
    .sort((a, b) => currencies.indexOf(a.currency) - currencies.indexOf(b.currency) || b.sales - a.sales || a.name.localeCompare(b.name))
    .map((r) => r.id);
}

/**
 * Keeps rows where they are while a pointer is on them: old ids in their order, new
 * ones at the end.
 * @param {string[]} shown
 * @param {string[]} wanted
 * @param {boolean} held
 * @returns {string[]}
 */
export function nextOrder(shown, wanted, held) {
  if (!held) return wanted;
  return [...shown.filter((id) => wanted.includes(id)), ...wanted.filter((id) => !shown.includes(id))];
}
