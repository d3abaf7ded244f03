// @ts-check
// The menu as the box sends it, and as the screens read it.

/**
 * Groups of modifiers stand once in what the box sends, and items and modifiers name them
 * by their place. Screens read them where they are asked for; what is shared stays shared.
 * @param {any} menu
 * @param {string} [language] of the names, where they have one in it
 * @returns {import("./state.js").Menu}
 */
export function unpack(menu, language = "") {
  /** @param {any} thing */
  const say = (thing) => ({ key: thing.name, name: thing.names?.[language] ?? thing.name });
  /** @type {import("./choice.js").Group[]} */
  const groups = (menu.groups ?? []).map((/** @type {any} */ g) => ({ ...say(g), min: g.min ?? 0, max: g.max ?? 0, free: g.free ?? 0, modifiers: [] }));
  /** @param {number[] | undefined} places */
  const at = (places) => (places ?? []).map((n) => groups[n]);
  groups.forEach((g, i) => {
    g.modifiers = menu.groups[i].modifiers.map((/** @type {any} */ m) => ({ ...m, ...say(m), price: m.price ?? 0, groups: at(m.groups) }));
  });
  /** @param {any} p */
  const part = (p) => ({ ...say(p), choose: p.choose ?? 1, choices: p.choices.map((/** @type {any} */ c) => ({ menuItemId: c.menuItemId, price: c.price ?? 0 })) });
  return {
    ...menu,
    categories: menu.categories.map((/** @type {any} */ c) => ({ ...c, ...say(c) })),
    items: menu.items.map((/** @type {any} */ i) => {
      const own = at(i.groups);
      return { ...i, ...say(i), groups: own, modifiers: own.flatMap((g) => g.modifiers), combo: (i.combo ?? []).map(part) };
    }),
  };
}
