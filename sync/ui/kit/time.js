// @ts-check
// Times on the screen. A tablet's clock is never believed: serverNow() is the clock
// of the machine that answered last, and venues' times are in the venue's own zone.

import { t } from "./i18n.js";

let offset = 0; // server's clock minus ours, ms

/**
 * Learns the server's clock from the Date header of an answer (whole seconds).
 * @param {string | null} header
 * @param {number} asked our clock when we asked, ms
 * @param {number} got our clock when the answer came, ms
 * @returns {boolean} whether our idea of its clock has moved
 */
export function learnClock(header, asked, got) {
  const at = header ? Date.parse(header) : NaN;
  if (Number.isNaN(at)) return false;
  const seen = at + 500 - (asked + got) / 2;
  // The header is coarse: keep what we have while it can be true.
  if (Math.abs(seen - offset) <= 1000 + (got - asked)) return false;
  offset = seen;
  return true;
}

/** The server's clock, ms. */
export function serverNow() {
  return Date.now() + offset;
}

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/**
 * @param {string | undefined} locale
 * @param {Intl.DateTimeFormatOptions} options
 */
function format(locale, options) {
  const key = `${locale}|${JSON.stringify(options)}`;
  let f = formats.get(key);
  if (!f) {
    f = new Intl.DateTimeFormat(locale ?? "en-US", options);
    formats.set(key, f);
  }
  return f;
}

/**
 * @typedef {object} Venue
 * @property {string} [zone] IANA name; where it is not known, this device's
 * @property {string} [locale]
 */

/**
 * Time of day: "7:42 pm", with seconds "7:42:08 pm", in 24 h locales "19:42".
 * @param {number} at ms
 * @param {Venue} venue
 * @param {{seconds?: boolean}} [how]
 * @returns {string}
 */
export function clock(at, venue, how = {}) {
  return format(venue.locale, {
    hour: "numeric",
    minute: "2-digit",
    ...(how.seconds ? { second: "2-digit" } : {}),
    timeZone: venue.zone || undefined,
  })
    .formatToParts(at)
    .map((p) => (p.type === "dayPeriod" ? p.value.toLowerCase() : p.value))
    .join("")
    .replace("\u202f", " ");
}

/**
 * Hour of an axis: 8 -> "8 am", in 24 h locales "08".
 * @param {number} hour 0..23
 * @param {string} [locale]
 * @returns {string}
 */
export function hourName(hour, locale) {
  return clock(Date.UTC(2026, 0, 1, hour), { zone: "UTC", locale }).replace(/:00/, "");
}

/**
 * A business day: "2026-11-24" -> "Tue 24 Nov".
 * @param {string} day
 * @param {string} [locale]
 * @returns {string}
 */
export function dayName(day, locale) {
  const parts = format(locale, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" })
    .formatToParts(Date.parse(`${day}T00:00:00Z`));
  /** @param {string} type */
  const part = (type) => parts.find((p) => p.type === type)?.value ?? "";
  return `${part("weekday")} ${part("day")} ${part("month")}`;
}

/**
 * How long: "0.4 s", "12 s", "48 min", "3 h 05", "2 days".
 * @param {number} ms
 * @returns {string}
 */
export function age(ms) {
  const s = Math.max(0, ms) / 1000;
  if (s < 9.95) return `${s.toFixed(1)} s`;
  if (s < 60) return `${Math.floor(s)} s`;
  const min = Math.floor(s / 60);
  if (min <= 99) return `${min} min`;
  const h = Math.floor(min / 60);
  if (h < 48) return `${h} h ${String(min % 60).padStart(2, "0")}`;
  return t("age.days", { n: Math.floor(h / 24) });
}

/**
 * How long, to the second, for what a person watches: "1 min 12 s".
 * @param {number} ms
 * @returns {string}
 */
export function exactAge(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return age(ms);
}

/**
 * How long a table has been open: "now", minutes to 99, then "1 h 40".
 * @param {number} ms
 * @returns {string}
 */
export function tableAge(ms) {
  return ms < 60_000 ? t("age.now") : age(ms);
}
