// @ts-check
// What a tap does. Every act answers on the screen at once; the box answers later.

import { batch as together } from "../../../sync/ui/kit/html.js";
import { newId } from "../../../sync/ui/kit/id.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { toast } from "../../../sync/ui/kit/toast.js";
import { outbox } from "./box.js";
import * as cart from "./cart.js";
import * as commands from "./commands.js";
import { without } from "./settle.js";
import * as state from "./state.js";

/** Opens a table at the order that a new dish most likely belongs to. @param {string} table */
export function openTable(table) {
  const open = state.openOrders(table).filter((o) => mayAdd(o.orderId));
  const sending = state.batches.value.filter((b) => b.table === table).map((b) => b.order);
  const drafted = state.drafts.value[state.draftKey(table, null)]?.length;
  const order = drafted ? null : open.at(-1)?.orderId ?? sending.at(-1) ?? state.openOrders(table).at(-1)?.orderId ?? null;
  state.screen.value = { name: "order", table, order };
}

/** Opens takeaway: a new order, the open ones beside it. @param {string | null} [order] */
export function openTakeaway(order = null) {
  state.screen.value = { name: "order", table: null, order };
}

/** @param {"people" | "devices"} name */
export function show(name) {
  state.screen.value = { name };
}

export function showFloor() {
  state.screen.value = { name: "floor" };
}

/** The order screen, with where its unsent lines are kept. */
function here() {
  const s = state.screen.value;
  if (s.name !== "order") throw new Error("no order is shown");
  return { ...s, key: state.draftKey(s.table, s.order) };
}

/** @param {string | null} order */
export function chooseOrder(order) {
  state.screen.value = { ...here(), order };
}

/** Whether dishes may be added to this order; the box does not know it yet while it is on its way. @param {string} id */
export function mayAdd(id) {
  const order = state.orders.value[id];
  return !order || commands.mayCancel(order.status); // what may be cancelled still grows
}

/** @param {(lines: cart.Draft[]) => cart.Draft[]} change */
function changeDrafts(change) {
  const { key } = here();
  const lines = change(state.drafts.value[key] ?? []);
  state.drafts.value = lines.length > 0 ? { ...state.drafts.value, [key]: lines } : without(state.drafts.value, key);
}

/**
 * Adds a dish. One with something to choose gets a line of its own.
 * @param {import("./state.js").Item} item
 * @returns {string | null} the line to change next, if there is something to choose
 */
export function tapDish(item) {
  if (!item.available) {
    toast({ text: t("dish.soldOut", { name: item.name }) });
    return null;
  }
  const shown = here();
  if (shown.order && !mayAdd(shown.order)) chooseOrder(null);
  const id = newId();
  if (item.groups.length > 0 || item.combo.length > 0 || item.openPrice) {
    changeDrafts((lines) => cart.addLine(lines, item, id, state.dishes.value));
    return id;
  }
  changeDrafts((lines) => cart.addDish(lines, item, id).lines);
  return null;
}

/** @param {string} line @param {number} quantity */
export function setQuantity(line, quantity) {
  changeDrafts((lines) => cart.setQuantity(lines, line, quantity));
}

/** @param {string} line @param {{picks?: import("./choice.js").Pick[], combo?: import("./combo.js").Chosen[], said?: number}} chosen */
export function choose(line, chosen) {
  changeDrafts((lines) => cart.choose(lines, line, chosen));
}

/** @param {string} line @param {string} note */
export function setNote(line, note) {
  changeDrafts((lines) => cart.setNote(lines, line, note));
}

export function mergeSame() {
  if (state.screen.value.name === "order") changeDrafts(cart.mergeSame);
}

/** Removes an unsent line; it can be taken back for 5 s. @param {string} line */
export function removeLine(line) {
  const { key } = here();
  const before = state.drafts.value[key] ?? [];
  const gone = before.find((l) => l.line === line);
  if (!gone) return;
  changeDrafts((lines) => cart.removeLine(lines, line));
  toast({
    text: t("line.removed", { n: gone.quantity, name: gone.name }),
    undo() {
      const now = state.drafts.value[key] ?? [];
      state.drafts.value = { ...state.drafts.value, [key]: [...now, gone] };
    },
  });
}

/** Sends the unsent lines of the order that is shown. */
export function send() {
  const { table, order: target, key } = here();
  const kept = state.drafts.value[key];
  if (!kept?.length || kept.some((l) => cart.lacking(l, state.dishes.value).length > 0)) return;
  const lines = cart.mergeSame(kept.map(({ problem: _, ...l }) => l));
  const order = target ?? newId();
  const made = commands.sendCommands({ order, isNew: target === null, table, lines, newId, digits: state.currency.value.digits });
  together(() => {
    state.batches.value = [...state.batches.value, {
      order, table, lines, at: Date.now(), open: made.open?.id, add: made.add.id, send: made.send.id, opened: target !== null, safe: false,
    }];
    state.drafts.value = without(state.drafts.value, key);
    state.screen.value = { name: "order", table, order };
  });
  void outbox.add(made.open ? [made.open, made.add, made.send] : [made.add, made.send]);
}

/** Tries again to get lines, which are on the box, to the kitchen. @param {string} order */
export function sendAgain(order) {
  state.unsent.value = without(state.unsent.value, order);
  void outbox.add([commands.sendAgain(order, newId)]);
}

/** Has what was held cooked. @param {string} order */
export function fire(order) {
  void outbox.add([{ id: newId(), type: "order.fire", order, data: {} }]);
}

/** @param {string} order @param {string} status @param {string} [approval] a manager's word, where it takes one */
export function setStatus(order, status, approval) {
  state.moves.value = { ...state.moves.value, [order]: { status } };
  void outbox.add([commands.setStatus(order, status, newId, approval)]);
}
