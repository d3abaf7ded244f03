// @ts-check
// Money on the screen: minor units in, the venue's own writing out. Nothing here
// calculates a price; sums of what is not sent yet are in the tablet's cart.js.

/**
 * @typedef {object} Currency
 * @property {string} currency ISO 4217, such as USD
 * @property {number} digits decimals that the currency has: 2, 0 for JPY, 3 for KWD
 * @property {string} [locale] the venue's locale; en-US where absent
 */

const minus = "\u2212";

/** @type {Map<string, Intl.NumberFormat>} */
const formats = new Map();

/**
 * @param {Currency} c
 * @param {number} decimals
 */
function format(c, decimals) {
  const key = `${c.locale}|${c.currency}|${decimals}`;
  let f = formats.get(key);
  if (!f) {
    f = new Intl.NumberFormat(c.locale ?? "en-US", {
      style: "currency",
      currency: c.currency,
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    });
    formats.set(key, f);
  }
  return f;
}

/**
 * Writes minor units as a decimal number, exactly: (-5, 2) -> "-0.05".
 * @param {number} minor an integer
 * @param {number} digits
 * @returns {string}
 */
export function decimal(minor, digits) {
  const sign = minor < 0 ? "-" : "";
  const all = String(Math.abs(minor)).padStart(digits + 1, "0");
  return digits === 0 ? sign + all : `${sign}${all.slice(0, -digits)}.${all.slice(-digits)}`;
}

/**
 * Writes an amount: $4.50, ¥450, −$4.50.
 * @param {number} minor an integer in minor units
 * @param {Currency} c
 * @param {{whole?: boolean}} [how] whole leaves the decimals out, for the floor and large cards
 * @returns {string}
 */
export function money(minor, c, how = {}) {
  // A string, because a double is not exact; engines that only know numbers convert it.
  const value = /** @type {any} */ (decimal(minor, c.digits));
  return format(c, how.whole ? 0 : c.digits)
    .formatToParts(value)
    .map((p) => (p.type === "minusSign" ? minus : p.value))
    .join("");
}

/**
 * Writes an amount on a card of head office: whole units from 1,000 on.
 * @param {number} minor
 * @param {Currency} c
 * @returns {string}
 */
export function cardMoney(minor, c) {
  return money(minor, c, { whole: Math.abs(minor) >= 1000 * 10 ** c.digits });
}

/**
 * Reads a decimal of the API (8.75) as minor units (875).
 * @param {number} value
 * @param {number} digits
 * @returns {number}
 */
export function toMinor(value, digits) {
  return Math.round(value * 10 ** digits);
}

/**
 * Writes a count: 2,536.
 * @param {number} n
 * @param {string} [locale]
 * @returns {string}
 */
export function count(n, locale) {
  return new Intl.NumberFormat(locale ?? "en-US").format(n).replace("-", minus);
}
