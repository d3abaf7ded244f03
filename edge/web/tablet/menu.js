// @ts-check
// The menu as the box sends it, and as the screens read it.

/**
 * Groups of modifiers stand once in what the box sends, and items name them by their
 * place. Screens read them at the item; what is shared stays shared.
 * @param {any} menu
 * @returns {import("./state.js").Menu}
 */
export function unpack(menu) {
  const groups = (menu.groups ?? []).map((/** @type {any} */ g) =>
    g.modifiers.map((/** @type {any} */ m) => ({ ...m, price: m.price ?? 0, group: g.name, min: g.min ?? 0, max: g.max ?? 0 })));
  return { ...menu, items: menu.items.map((/** @type {any} */ i) => ({ ...i, modifiers: (i.groups ?? []).flatMap((/** @type {number} */ n) => groups[n]) })) };
}
