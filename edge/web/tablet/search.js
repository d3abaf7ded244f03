// @ts-check
// Finding a dish by the beginnings of its words, in every language of the menu, without
// regard to case and accents. Pure.

/** Letters that no accent can be taken off, as people type them who have none of these keys. */
const plain = { ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i" };

/** @param {string} text */
export function fold(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[ßæœøłđðþı]/g, (c) => plain[/** @type {keyof typeof plain} */ (c)]);
}

/** @param {string} text */
function words(text) {
  return fold(text).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
}

/** Writing without spaces between words: a name has the word anywhere. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;

/** @param {string[]} have @param {string[]} wanted */
function all(have, wanted) {
  return wanted.every((w) => have.some((h) => (unspaced.test(w) ? h.includes(w) : h.startsWith(w))));
}

/**
 * @typedef {object} Named
 * @property {string} name in the language of this tablet
 * @property {string} [key] as the menu is written
 * @property {Record<string, string>} [names] in other languages
 */

/** @type {WeakMap<Named, string[][]>} */
const folded = new WeakMap();

/** The words of each name of a thing. @param {Named} thing */
function namesOf(thing) {
  const had = folded.get(thing);
  if (had) return had;
  const list = [...new Set([thing.name, thing.key ?? thing.name, ...Object.values(thing.names ?? {})])].map(words);
  folded.set(thing, list);
  return list;
}

/**
 * Items of which every typed word begins a word of a name, whichever language that is in;
 * after them those where a modifier helped.
 * @template {Named & {modifiers: Named[]}} T
 * @param {T[]} items
 * @param {string} typed
 * @returns {T[]}
 */
export function search(items, typed) {
  const wanted = words(typed);
  if (wanted.length === 0) return [];
  const byName = items.filter((i) => namesOf(i).some((n) => all(n, wanted)));
  const named = new Set(byName);
  const byModifier = items.filter((i) => !named.has(i) && all([i, ...i.modifiers].flatMap(namesOf).flat(), wanted));
  return [...byName, ...byModifier];
}
