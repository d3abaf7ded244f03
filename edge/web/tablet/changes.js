// @ts-check
// What changes a dish, as a line shows it: what costs extra is marked. Pure.

/** @typedef {import("../../../sync/ui/kit/line.js").Detail} Detail */

/** Of a line that is not sent. @param {import("./cart.js").Draft} l @returns {Detail[]} */
export function ofDraft(l) {
  const note = l.note.trim();
  return [...l.modifiers.map((m) => ({ text: m.name, extra: m.price > 0 })), ...(note ? [{ text: note }] : [])];
}

/**
 * Of a line that the box tells; the menu says what costs extra.
 * @param {{modifications?: string[]}} l
 * @param {{modifiers: {name: string, price: number}[]} | undefined} dish
 * @returns {Detail[]}
 */
export function ofLine(l, dish) {
  const dear = new Set(dish?.modifiers.filter((m) => m.price > 0).map((m) => m.name));
  return (l.modifications ?? []).map((text) => ({ text, extra: dear.has(text) }));
}
