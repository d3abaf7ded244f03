// @ts-check
// What is chosen in the parts of a set menu. Pure.

import * as choice from "./choice.js";

/**
 * @typedef {object} Part of a set menu on the menu
 * @property {string} key the name that the box knows
 * @property {string} name
 * @property {number} choose how many
 * @property {{menuItemId: string, price: number}[]} choices price: on top, minor units
 *
 * @typedef {object} Chosen in a part
 * @property {string} part its key
 * @property {string} item menuItemId
 * @property {string} name
 * @property {import("./choice.js").Pick[]} picks
 *
 * @typedef {{menuItemId: string, name: string, allergens?: string[], groups: import("./choice.js").Group[]}} Dish
 */

/** What there is no choice of: it comes with the menu. @param {Part[]} parts @param {Map<string, Dish>} dishes @returns {Chosen[]} */
export function standard(parts, dishes) {
  return parts.flatMap((part) => {
    const dish = part.choices.length === 1 ? dishes.get(part.choices[0].menuItemId) : undefined;
    return dish ? Array.from({ length: part.choose }, () => chosen(part, dish)) : [];
  });
}

/** @param {Part} part @param {Dish} dish @returns {Chosen} with what comes with it */
function chosen(part, dish) {
  return { part: part.key, item: dish.menuItemId, name: dish.name, picks: choice.standard(dish.groups) };
}

/**
 * Takes a dish in a part. Where one is chosen, the new choice stands for the old, and the
 * same once more gives it up; a part that is full takes no more: the same comes back.
 * @param {Part[]} parts
 * @param {Chosen[]} combo
 * @param {Part} part
 * @param {Dish} dish
 * @returns {Chosen[]}
 */
export function take(parts, combo, part, dish) {
  const mine = combo.filter((c) => c.part === part.key);
  let kept = combo;
  if (part.choose === 1) {
    kept = combo.filter((c) => c.part !== part.key);
    if (mine.some((c) => c.item === dish.menuItemId)) return kept;
  } else if (mine.length >= part.choose) return combo;
  const place = new Map(parts.map((p, i) => [p.key, i]));
  return [...kept, chosen(part, dish)].sort((a, b) => (place.get(a.part) ?? 0) - (place.get(b.part) ?? 0));
}

/** @param {Chosen[]} combo @param {Chosen} one */
export function drop(combo, one) {
  return combo.filter((c) => c !== one);
}

/** @param {Chosen[]} combo @param {Chosen} one @param {import("./choice.js").Pick[]} picks */
export function setPicks(combo, one, picks) {
  return combo.map((c) => (c === one ? { ...c, picks } : c));
}

/** Names of the parts, and of the groups of what is chosen in them, that ask for more. @param {Part[]} parts @param {Chosen[]} combo @param {Map<string, Dish>} dishes */
export function lacking(parts, combo, dishes) {
  return parts.flatMap((part) => {
    const mine = combo.filter((c) => c.part === part.key);
    return [...(mine.length < part.choose ? [part.name] : []), ...mine.flatMap((c) => choice.lacking(dishes.get(c.item)?.groups ?? [], c.picks))];
  });
}

/** Allergens of what is chosen in the parts, as the menu writes them. @param {Chosen[]} combo @param {Map<string, Dish>} dishes */
export function allergens(combo, dishes) {
  return combo.flatMap((c) => [...(dishes.get(c.item)?.allergens ?? []), ...choice.allergens(dishes.get(c.item)?.groups ?? [], c.picks)]);
}

/** Minor units, on top of the set menu. @param {Part[]} parts @param {Chosen[]} combo @param {Map<string, Dish>} dishes */
export function price(parts, combo, dishes) {
  return combo.reduce((sum, c) => {
    const own = parts.find((p) => p.key === c.part)?.choices.find((x) => x.menuItemId === c.item);
    return sum + (own?.price ?? 0) + choice.price(dishes.get(c.item)?.groups ?? [], c.picks);
  }, 0);
}
