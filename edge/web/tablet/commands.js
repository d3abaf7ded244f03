// @ts-check
// What the tablet asks of the box. Pure: ids are handed in, so a retry is the same bytes.

import { t } from "../../../sync/ui/kit/i18n.js";
import { decimal } from "../../../sync/ui/kit/money.js";

/**
 * @typedef {object} Command
 * @property {string} id UUIDv7; the box answers the same id the same way for ever
 * @property {"order.open" | "order.add_lines" | "order.send" | "order.set_status" | "order.void_line" | "order.comp" | "order.discount" | "order.repeat" | "order.fire" | FloorWish} type
 * @property {string} order empty: it is about the floor
 * @property {any} data
 */

/** @typedef {"order.move" | "table.seat" | "table.change" | "table.bring_check" | "table.leave" | "table.clear" | "table.move" | "table.join" | "table.split" | "waitlist.add" | "waitlist.drop"} FloorWish */

/** @param {Command} c */
export function ofFloor(c) {
  return c.type === "order.move" || c.type.startsWith("table.") || c.type.startsWith("waitlist.");
}

/** As the box takes it: what is about the floor names no order. @param {Command} c */
export function wire({ order, ...rest }) {
  return order ? { ...rest, order } : rest;
}

/**
 * Tables are numbers to the box where their name is one: 5, but "B4".
 * @param {string} table
 */
export function tableNumber(table) {
  return /^[1-9]\d{0,8}$/.test(table) ? Number(table) : table;
}

/**
 * Opens the order where it is new, adds the lines, sends them to the kitchen.
 * @param {{order: string, isNew: boolean, table: string | null, lines: import("./cart.js").Draft[], newId: () => string, digits?: number}} what digits: of the currency
 * @returns {{open?: Command, add: Command, send: Command}}
 */
export function sendCommands({ order, isNew, table, lines, newId, digits = 2 }) {
  /** @type {Command | undefined} */
  const open = isNew
    ? { id: newId(), type: "order.open", order, data: table === null ? {} : { tableNumber: tableNumber(table) } }
    : undefined;
  return {
    open,
    add: {
      id: newId(),
      type: "order.add_lines",
      order,
      data: {
        lines: lines.map((l) => ({
          line: l.line,
          menuItemId: l.item,
          quantity: l.quantity,
          modifications: note(l),
          modifiers: picked(l.picks),
          ...(l.said !== undefined && { price: Number(decimal(l.said, digits)) }),
          ...(l.combo.length > 0 && { combo: l.combo.map((c) => ({ part: c.part, menuItemId: c.item, modifiers: picked(c.picks) })) }),
        })),
      },
    },
    send: sendAgain(order, newId),
  };
}

/** What is said to the kitchen in free words. @param {import("./cart.js").Draft} l */
function note(l) {
  const words = l.note.trim();
  return words ? [words] : [];
}

/** As the box takes what was chosen. @param {import("./choice.js").Pick[]} picks @returns {object[]} */
function picked(picks) {
  return picks.map((p) => ({
    modifierId: p.id,
    ...(p.n > 1 && { quantity: p.n }),
    ...(p.pre && { pre: p.pre }),
    ...(p.picks.length > 0 && { modifiers: picked(p.picks) }),
  }));
}

/**
 * @param {string} order
 * @param {() => string} newId
 * @returns {Command}
 */
export function sendAgain(order, newId) {
  return { id: newId(), type: "order.send", order, data: {} };
}

/**
 * @param {string} order
 * @param {string} status
 * @param {() => string} newId
 * @param {string} [approval]
 * @returns {Command}
 */
export function setStatus(order, status, newId, approval) {
  return { id: newId(), type: "order.set_status", order, data: approval ? { status, approval } : { status } };
}

/** An order that is open becomes placed by sending it. @type {Record<string, string>} */
const next = { placed: "preparing", preparing: "ready", ready: "served" };

/** The one legal step forward, if there is one. @param {string} status */
export function nextStatus(status) {
  return next[status];
}

/** Whether an order of this status may still be cancelled. @param {string} status */
export function mayCancel(status) {
  return status === "open" || status === "placed" || status === "preparing";
}

/**
 * Which lines of a refused order.add_lines the box named (body.items[2].quantity): their
 * problem by line id. Where it named none, all of them carry the sentence.
 * @param {{message: string, errors: {location?: string, message?: string}[]}} problem
 * @param {import("./cart.js").Draft[]} lines
 * @returns {Map<string, string>}
 */
export function refusedLines(problem, lines) {
  /** @type {Map<string, string>} */
  const found = new Map();
  for (const e of problem.errors) {
    const place = /items\[(\d+)\](.*)/.exec(e.location ?? "");
    const line = place && lines[Number(place[1])];
    if (!line || found.has(line.line)) continue;
    found.set(line.line, e.message ? sentence(place[2], named(line, place[2]), e.message) : problem.message);
  }
  if (found.size === 0) for (const l of lines) found.set(l.line, problem.message);
  return found;
}

/** What a place within a line is called: .combo[1].modifiers[0].quantity is about that modifier. @param {import("./cart.js").Draft} line @param {string} place */
function named(line, place) {
  /** @type {{name: string, picks?: import("./choice.js").Pick[]}} */
  let at = line;
  for (const [, list, n] of place.matchAll(/\.(\w+)\[(\d+)\]/g)) {
    /** @type {Record<string, (typeof at)[] | undefined>} */
    const lists = { combo: line.combo, modifiers: at.picks, modifications: note(line).map((name) => ({ name })) };
    at = lists[list]?.[Number(n)] ?? at;
  }
  return at.name;
}

/** The box says what is wrong with a member, such as "is not on the menu". @param {string} place @param {string} text @param {string} what */
function sentence(place, text, what) {
  return t(place === ".quantity" ? "refused.quantity" : "refused.this", { text, what });
}
