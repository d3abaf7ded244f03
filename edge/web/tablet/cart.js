// @ts-check
// Dishes that were chosen and not sent. Pure: every function returns new lines and
// leaves the old ones alone. The only place where the screen adds prices up, because
// nobody else knows these lines yet; from the receipt on the box's figures count.

import { t } from "../../../sync/ui/kit/i18n.js";
import * as choice from "./choice.js";
import * as combos from "./combo.js";

/**
 * @typedef {object} Draft
 * @property {string} line minted here, so that the box recognises it
 * @property {string} item menuItemId
 * @property {string} name
 * @property {number} price minor units, one portion as it was when it was tapped
 * @property {number} quantity
 * @property {import("./choice.js").Pick[]} picks what was chosen, in the menu's order
 * @property {import("./combo.js").Chosen[]} combo what was chosen in the parts of a set menu
 * @property {string} note free words for the kitchen
 * @property {number} [said] what one costs, minor units, where the dish has no price of its own
 * @property {string} [problem] why the box refused it
 *
 * @typedef {{menuItemId: string, name: string, price: number, openPrice?: {least: number, most: number}, groups: import("./choice.js").Group[], combo: import("./combo.js").Part[]}} Dish as the menu has it now
 */

export const noteLength = 80;
export const most = 999;

/**
 * Adds one portion: to a plain line of the same dish where there is one, else as a
 * new line.
 * @param {Draft[]} lines
 * @param {{menuItemId: string, name: string, price: number}} item
 * @param {string} id for a new line
 * @returns {{lines: Draft[], line: string}} line is the one that grew or came
 */
export function addDish(lines, item, id) {
  const same = lines.find((l) => l.item === item.menuItemId && plain(l) && l.quantity < most);
  if (same) return { lines: setQuantity(lines, same.line, same.quantity + 1), line: same.line };
  return { lines: [...lines, draft(item, id)], line: id };
}

/**
 * Adds one portion as a line of its own, for a dish that will be changed next. What
 * comes with it where a choice is asked for is chosen.
 * @param {Draft[]} lines
 * @param {Dish} item
 * @param {string} id
 * @param {Map<string, Dish>} menu
 * @returns {Draft[]}
 */
export function addLine(lines, item, id, menu) {
  return [...lines, { ...draft(item, id), picks: choice.standard(item.groups), combo: combos.standard(item.combo, menu) }];
}

/**
 * @param {{menuItemId: string, name: string, price: number}} item
 * @param {string} id
 * @returns {Draft}
 */
function draft(item, id) {
  return { line: id, item: item.menuItemId, name: item.name, price: item.price, quantity: 1, picks: [], combo: [], note: "" };
}

/** @param {Draft} l */
function plain(l) {
  return l.picks.length === 0 && l.combo.length === 0 && l.note === "" && !l.problem;
}

/**
 * @param {Draft[]} lines
 * @param {string} line
 * @param {(l: Draft) => Draft} change
 */
function alter(lines, line, change) {
  return lines.map((l) => (l.line === line ? change(l) : l));
}

/**
 * @param {Draft[]} lines
 * @param {string} line
 * @param {number} quantity held within 1 and 999
 * @returns {Draft[]}
 */
export function setQuantity(lines, line, quantity) {
  return alter(lines, line, (l) => ({ ...l, quantity: Math.min(most, Math.max(1, quantity)) }));
}

/**
 * @param {Draft[]} lines
 * @param {string} line
 * @param {Partial<Pick<Draft, "picks" | "combo" | "said">>} chosen
 * @returns {Draft[]}
 */
export function choose(lines, line, chosen) {
  return alter(lines, line, (l) => ({ ...l, ...chosen }));
}

/**
 * @param {Draft[]} lines
 * @param {string} line
 * @param {string} note cut at 80 characters
 * @returns {Draft[]}
 */
export function setNote(lines, line, note) {
  return alter(lines, line, (l) => ({ ...l, note: [...note].slice(0, noteLength).join("") }));
}

/**
 * @param {Draft[]} lines
 * @param {string} line
 * @returns {Draft[]}
 */
export function removeLine(lines, line) {
  return lines.filter((l) => l.line !== line);
}

/**
 * Makes one line of lines that say the same, in the place of the first.
 * @param {Draft[]} lines
 * @returns {Draft[]}
 */
export function mergeSame(lines) {
  /** @type {Map<string, Draft>} */
  const seen = new Map();
  for (const l of lines) {
    const key = JSON.stringify([l.item, l.picks, l.combo, l.note.trim(), l.said, l.problem ?? ""]);
    const first = seen.get(key);
    if (first && first.quantity + l.quantity <= most) seen.set(key, { ...first, quantity: first.quantity + l.quantity });
    else seen.set(first ? `${key}${l.line}` : key, l);
  }
  return [...seen.values()];
}

/** Dishes, not lines. @param {Draft[]} lines */
export function dishes(lines) {
  return lines.reduce((n, l) => n + l.quantity, 0);
}

/** What is still to choose of a line, by name; the menu may not know its dish any more. @param {Draft} l @param {Map<string, Dish>} menu */
export function lacking(l, menu) {
  const dish = menu.get(l.item);
  const price = dish?.openPrice && !within(dish.openPrice, l.said) ? [t("sheet.price")] : [];
  return dish ? [...price, ...combos.lacking(dish.combo, l.combo, menu), ...choice.lacking(dish.groups, l.picks)] : [];
}

/** Whether a price that was said may be asked for. @param {{least: number, most: number}} bounds @param {number} [said] */
export function within(bounds, said) {
  return said !== undefined && said >= bounds.least && said <= bounds.most;
}

/** Minor units, at the prices of the menu. @param {Draft} l @param {Map<string, Dish>} menu */
export function amount(l, menu) {
  const dish = menu.get(l.item);
  if (!dish) return l.quantity * l.price;
  return l.quantity * ((dish.openPrice ? l.said ?? 0 : dish.price) + choice.price(dish.groups, noted(dish, l)) + combos.price(dish.combo, l.combo, menu));
}

/** A note that is the name of a modifier orders it: so the box reads it. @param {Dish} dish @param {Draft} l */
function noted(dish, { note, picks }) {
  const words = note.trim().toLowerCase();
  const named = words && dish.groups.flatMap((g) => g.modifiers).find((m) => m.key.toLowerCase() === words);
  return named ? [...picks, choice.pick(named)] : picks;
}

/** Minor units, before tax. @param {Draft[]} lines @param {Map<string, Dish>} menu */
export function total(lines, menu) {
  return lines.reduce((sum, l) => sum + amount(l, menu), 0);
}
