// @ts-check
// Dishes that were chosen and not sent. Pure: every function returns new lines and
// leaves the old ones alone. The only place where the screen adds prices up, because
// nobody else knows these lines yet; from the receipt on the box's figures count.

/**
 * @typedef {object} Draft
 * @property {string} line minted here, so that the box recognises it
 * @property {string} item menuItemId
 * @property {string} name
 * @property {number} price minor units, one portion without modifiers
 * @property {number} quantity
 * @property {{name: string, price: number}[]} modifiers chosen, in the menu's order
 * @property {string} note free words for the kitchen
 * @property {string} [problem] why the box refused it
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
 * @param {{menuItemId: string, name: string, price: number, modifiers?: {name: string, price: number, group?: string, min?: number, default?: boolean}[]}} item
 * @param {string} id
 * @returns {Draft[]}
 */
export function addLine(lines, item, id) {
  /** @type {Map<string, number>} */
  const chosen = new Map();
  const modifiers = (item.modifiers ?? []).filter((m) => {
    const n = chosen.get(m.group ?? "") ?? 0;
    if (!m.default || n >= (m.min ?? 0)) return false;
    chosen.set(m.group ?? "", n + 1);
    return true;
  });
  return [...lines, { ...draft(item, id), modifiers: modifiers.map(({ name, price }) => ({ name, price })) }];
}

/**
 * @param {{menuItemId: string, name: string, price: number}} item
 * @param {string} id
 * @returns {Draft}
 */
function draft(item, id) {
  return { line: id, item: item.menuItemId, name: item.name, price: item.price, quantity: 1, modifiers: [], note: "" };
}

/** @param {Draft} l */
function plain(l) {
  return l.modifiers.length === 0 && l.note === "" && !l.problem;
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
 * Chooses a modifier, or gives it up. Of a group that takes one the new choice
 * stands for the old; one that takes a few and is full takes no more.
 * @param {Draft[]} lines
 * @param {string} line
 * @param {{name: string, price: number, group?: string, max?: number}} modifier
 * @param {{name: string, group?: string}[]} menu all modifiers of the dish: they keep the menu's order
 * @returns {Draft[]}
 */
export function toggleModifier(lines, line, modifier, menu) {
  const place = new Map(menu.map((m, i) => [m.name, i]));
  const beside = new Set(menu.filter((m) => m.group === modifier.group && m.name !== modifier.name).map((m) => m.name));
  const max = modifier.max ?? 0;
  return alter(lines, line, (l) => {
    let without = l.modifiers.filter((m) => m.name !== modifier.name);
    const given = without.length < l.modifiers.length;
    if (!given && max === 1) without = without.filter((m) => !beside.has(m.name));
    else if (!given && max > 0 && without.filter((m) => beside.has(m.name)).length >= max) return l;
    const chosen = { name: modifier.name, price: modifier.price };
    const modifiers = given ? without : [...without, chosen];
    return { ...l, modifiers: modifiers.sort((a, b) => (place.get(a.name) ?? 0) - (place.get(b.name) ?? 0)) };
  });
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
    const key = JSON.stringify([l.item, l.modifiers.map((m) => m.name), l.note.trim(), l.problem ?? ""]);
    const first = seen.get(key);
    if (first && first.quantity + l.quantity <= most) seen.set(key, { ...first, quantity: first.quantity + l.quantity });
    else seen.set(first ? `${key}${l.line}` : key, l);
  }
  return [...seen.values()];
}

/**
 * What the kitchen reads under the dish: modifiers and the note.
 * @param {Draft} l
 * @returns {string[]}
 */
export function modifications(l) {
  const note = l.note.trim();
  return [...l.modifiers.map((m) => m.name), ...(note ? [note] : [])];
}

/** Dishes, not lines. @param {Draft[]} lines */
export function dishes(lines) {
  return lines.reduce((n, l) => n + l.quantity, 0);
}

/** Minor units. @param {Draft} l */
export function amount(l) {
  return l.quantity * l.modifiers.reduce((sum, m) => sum + m.price, l.price);
}

/** Minor units, before tax. @param {Draft[]} lines */
export function total(lines) {
  return lines.reduce((sum, l) => sum + amount(l), 0);
}
