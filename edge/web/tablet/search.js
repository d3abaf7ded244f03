// @ts-check
// Finding a dish by the beginnings of its words, without regard to case and accents. Pure.

/** @param {string} text */
export function fold(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** @param {string} text */
function words(text) {
  return fold(text).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
}

/**
 * Items of which every typed word begins a word of the name; after them those where
 * a modifier helped.
 * @template {{name: string, modifiers: {name: string}[]}} T
 * @param {T[]} items
 * @param {string} typed
 * @returns {T[]}
 */
export function search(items, typed) {
  const wanted = words(typed);
  if (wanted.length === 0) return [];
  /** @param {string[]} have */
  const all = (have) => wanted.every((w) => have.some((h) => h.startsWith(w)));
  const byName = items.filter((i) => all(words(i.name)));
  const byModifier = items.filter((i) => !byName.includes(i) && all([i.name, ...i.modifiers.map((m) => m.name)].flatMap(words)));
  return [...byName, ...byModifier];
}
