// @ts-check
// What the tablet knows. Screens are functions of these signals; only box.js and
// acts.js write them.

import { computed, signal } from "../../../sync/ui/kit/html.js";
import { language } from "./language.js";
import { unpack } from "./menu.js";

/**
 * @typedef {object} Me
 * @property {string} device
 * @property {string} name
 * @property {string} role of the person; where nobody signed in, of the tablet
 * @property {{personId: string, name: string}} [person] who entered a PIN here
 * @property {string[]} [may] what that role may do
 * @property {string} [staffId] who stands at this tablet
 * @property {{id: string, name: string, currency: string, digits: number, zone: string, locale: string}} restaurant
 * @property {string} incarnation
 * @property {number} seq
 *
 * @typedef {object} Item
 * @property {string} menuItemId
 * @property {string} name
 * @property {number} price minor units
 * @property {boolean} available
 * @property {number} [left] portions; absent: not counted
 * @property {string[]} [allergens] as the menu writes them
 * @property {string} [photo] its name
 * @property {import("./choice.js").Group[]} groups
 * @property {{least: number, most: number}} [openPrice] minor units: whoever rings it says what one costs
 * @property {import("./choice.js").Modifier[]} modifiers of all its groups
 * @property {import("./combo.js").Part[]} combo parts, where it is a set menu
 *
 * @typedef {object} Menu
 * @property {string[]} [languages] of the names beside the first
 * @property {{key: string, name: string, items: string[]}[]} categories
 * @property {Item[]} items
 *
 * @typedef {object} Table
 * @property {string} table
 * @property {number} [seats]
 * @property {string} [section]
 * @property {"round" | "square" | "rectangle"} [shape]
 * @property {number} [x] of the plan of its section, centimetres
 * @property {number} [y]
 * @property {number} [width]
 * @property {number} [height]
 *
 * @typedef {object} OrderLine
 * @property {string} lineId
 * @property {string} menuItemId
 * @property {string} name
 * @property {number} quantity
 * @property {string[]} [modifications]
 * @property {number} amount decimal
 * @property {boolean} sent the kitchen was asked to make it
 * @property {number} [voided] how many are not wanted any more, beside the quantity
 * @property {boolean} [held] it waits until somebody fires it
 * @property {string} [share] what this check has of it: 1/3
 * @property {string} [partOf] lineId of the set menu that it was chosen in
 *
 * @typedef {object} Order
 * @property {string} orderId
 * @property {string} number
 * @property {"open" | "placed" | "preparing" | "ready" | "served" | "cancelled" | "merged"} status open: nothing was sent yet
 * @property {number | string} [tableNumber] absent: takeaway
 * @property {string} [estimatedTime]
 * @property {OrderLine[]} items
 * @property {number} totalAmount decimal
 * @property {number} [discountAmount] decimal, taken off
 * @property {number} [serviceCharge] decimal
 * @property {number} [taxAmount] decimal: what prices do not hold
 * @property {string} createdAt
 * @property {import("./marks.js").Ticket[]} [tickets]
 *
 * @typedef {object} Person
 * @property {string} id
 * @property {string} name
 * @property {string} role
 * @property {boolean} active
 * @property {boolean} hasPin
 * @property {string} clock out, in, break
 * @property {string} [lockedUntil] too many wrong PINs at this tablet
 *
 * Somebody's wish for a manager's word.
 * @typedef {object} Approval
 * @property {string} approvalId
 * @property {string} action
 * @property {string} [orderId]
 * @property {string} [number]
 * @property {number | string} [tableNumber]
 * @property {number} amount decimal
 * @property {string} [reason]
 * @property {"asked" | "given" | "refused" | "withdrawn" | "used" | "expired"} state
 * @property {{personId: string, name: string}} [askedBy]
 * @property {string} until
 * @property {{personId: string, name: string}} [answeredBy]
 * @property {string} [answer] why not
 * @property {boolean} mine
 * @property {boolean} mayAnswer
 *
 * Lines on their way to the box.
 * @typedef {object} Batch
 * @property {string} order
 * @property {string | null} table null: takeaway
 * @property {import("./cart.js").Draft[]} lines
 * @property {number} at tablet's ms
 * @property {string} [open] id of the command, where the order is new
 * @property {string} add
 * @property {string} send
 * @property {boolean} opened the box has the order
 * @property {boolean} safe all receipts arrived
 * @property {number} [safeAt] performance.now() when they did
 */

/**
 * The room as the box tells it.
 * @typedef {object} Floor
 * @property {{table: string, state: TableState, since?: string, partyId?: string}[]} tables
 * @property {Party[]} parties who sit
 * @property {Waiter[]} waiting
 *
 * @typedef {{partyId: string, number: string, covers: number, minutes: number, since: string, customerId?: string, name?: string, keyPending?: boolean}} Waiter
 *
 * @typedef {"free" | "seated" | "ordered" | "served" | "check_printed" | "dirty"} TableState
 *
 * @typedef {object} Party
 * @property {string} partyId
 * @property {string[]} tables
 * @property {number} covers
 * @property {string} [serverId]
 * @property {string} [serverName]
 * @property {string} seatedAt
 * @property {string[]} orders
 * @property {number} totalAmount decimal
 *
 * What is to be done with the table that is tapped next.
 * @typedef {object} Choosing
 * @property {"move" | "join" | "order" | "seat"} what
 * @property {string} party
 * @property {string} [order]
 * @property {string[]} from the tables where they are
 * @property {number} [covers]
 * @property {string} title
 * @property {string} [target] of join: the table that was tapped, where somebody sits there
 */

/** @template T @typedef {import("../../../sync/ui/lib/signals-core.mjs").Signal<T>} Signal */

/** @type {Signal<Me | null>} */
export const me = signal(null);
/** The menu as the box sent it last, by the type of an order. @type {Signal<{dine_in: any, takeaway: any} | null>} */
export const served = signal(null);
/** @type {Signal<Table[]>} */
export const tables = signal([]);
/** By id. @type {Signal<Record<string, Order>>} */
export const orders = signal({});
/** @type {Signal<import("../../../sync/ui/kit/lights.js").Light[]>} */
export const lights = signal([]);

/** Server's ms since when the live line is lost. @type {Signal<number | null>} */
export const lostSince = signal(null);
/** Whether the last try to send failed. */
export const stuck = signal(false);
/** Words while the page cannot start. */
export const starting = signal("");

/** Who works here. @type {Signal<Person[]>} */
export const people = signal([]);
/** The newest first. @type {Signal<Approval[]>} */
export const approvals = signal([]);
/** Whose PIN unlocks the tablet, which locked by itself; null: it did not. @type {Signal<string | null>} */
export const locked = signal(null);
/** Whether the requests that wait for this person are shown. */
export const showApprovals = signal(false);

/** table null: takeaway; order null: a new one. @type {Signal<{name: "floor"} | {name: "people"} | {name: "devices"} | {name: "order", table: string | null, order: string | null}>} */
export const screen = signal({ name: "floor" });
/** Lines not sent, by draftKey. @type {Signal<Record<string, import("./cart.js").Draft[]>>} */
export const drafts = signal({});
/** @type {Signal<Batch[]>} */
export const batches = signal([]);
/** Orders whose lines are on the box but were refused by the kitchen: why. @type {Signal<Record<string, string>>} */
export const unsent = signal({});
/** Steps of orders on their way, or why they were refused. @type {Signal<Record<string, {status: string, safeAt?: number, problem?: string, code?: string}>>} */
export const moves = signal({});
/** Orders that hold lines which nobody sends. @type {Signal<Record<string, true>>} */
export const leftBehind = signal({});
/** When a fact made an order ready, ms, where this tablet was there. @type {Signal<Record<string, number>>} */
export const readyAt = signal({});
/** What came through after an outage, for the green band. @type {Signal<{n: number, at: number} | null>} */
export const cameBack = signal(null);

/** @type {Signal<Floor>} */
export const floor = signal({ tables: [], parties: [], waiting: [] });
/** Wishes about the floor on their way. @type {Signal<{id: string, type: string, data: any, at: number, safeAt?: number}[]>} */
export const floorMoves = signal([]);
/** @type {Signal<Choosing | null>} */
export const choosing = signal(null);
/** The table whose sheet is open. @type {Signal<string | null>} */
export const sheetOf = signal(null);

/** @param {string} permission */
export function may(permission) {
  return me.value?.may?.includes(permission) ?? false;
}

/** Money of this restaurant. */
export const currency = computed(() => me.value?.restaurant ?? { currency: "USD", digits: 2, locale: "en-US" });

const dineIn = computed(() => (served.value ? unpack(served.value.dine_in, language.value) : null));
const takeaway = computed(() => (served.value ? unpack(served.value.takeaway, language.value) : null));

/** The menu at the prices of the order that is shown: takeaway may have its own. */
export const menu = computed(() => (screen.value.name === "order" && screen.value.table === null ? takeaway.value : dineIn.value));

/** Whether the menu says of any dish what guests may not be able to eat. */
export const notesAllergens = computed(() => (menu.value?.items ?? []).some((i) => (i.allergens ?? []).length > 0));

/** Items by id, each with the hue of its category. */
export const dishes = computed(() => {
  /** @type {Map<string, Item & {hue: number}>} */
  const byId = new Map((menu.value?.items ?? []).map((i) => [i.menuItemId, { ...i, hue: 10 }]));
  (menu.value?.categories ?? []).forEach((c, at) => {
    for (const id of c.items) {
      const dish = byId.get(id);
      if (dish && dish.hue === 10) dish.hue = (at % 10) + 1;
    }
  });
  return byId;
});

/** @param {Order} o @returns {string | null} */
export function tableOf(o) {
  return o.tableNumber === undefined || o.tableNumber === null ? null : String(o.tableNumber);
}

/** Nothing of it is changed any more. @param {Order} o */
export function isOver(o) {
  return o.status === "cancelled" || o.status === "merged";
}

/** @param {Order} o */
export function isClosed(o) {
  return o.status === "served" || isOver(o);
}

/** Open orders of a table, or of takeaway, oldest first. @param {string | null} table */
export function openOrders(table) {
  return Object.values(orders.value)
    .filter((o) => tableOf(o) === table && !isClosed(o))
    .sort((a, b) => a.createdAt.localeCompare(b.createdAt));
}

/** Where the unsent lines of an order, or of a new one, are kept. @param {string | null} table @param {string | null} order */
export function draftKey(table, order) {
  return order ?? `new:${table ?? ""}`;
}

/** Lines of this tablet that the box has no receipt for. */
export const waitingLines = computed(() => batches.value.filter((b) => !b.safe).flatMap((b) => b.lines));

/** Whether the box answers. */
export const away = computed(() => lostSince.value !== null || stuck.value);
