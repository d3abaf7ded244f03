// @ts-check
// What an answer of the box changes on the screen.

import { batch as together } from "../../../sync/ui/kit/html.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { settledFloor } from "./room.js";
import { dishes } from "./cart.js";
import { ofFloor, refusedLines } from "./commands.js";
import * as state from "./state.js";

/** @typedef {import("./state.js").Batch} Batch */

const slow = 3000; // ms on the way before the green band is worth showing

/**
 * @param {import("./commands.js").Command} command
 * @param {import("./outbox.js").Answer} answer
 * @param {(order: string) => void} refetch
 */
export function settled(command, answer, refetch) {
  if (ofFloor(command)) return settledFloor(command, answer);
  together(() => {
    const batch = state.batches.value.find((b) => [b.open, b.add, b.send].includes(command.id));
    if (command.type === "order.set_status") moved(command, answer);
    else if (batch && command.id !== batch.send) filled(batch, command, answer);
    else if (command.type === "order.send") sent(command, answer, batch);
  });
  if (answer.seq !== undefined || answer.problem) refetch(command.order);
}

/** @param {import("./commands.js").Command} command @param {import("./outbox.js").Answer} answer */
function moved(command, answer) {
  const rest = without(state.moves.value, command.order);
  const status = command.data.status;
  // A receipt keeps the step busy until the order itself says it.
  state.moves.value = { ...rest, [command.order]: answer.problem ? { status: "", problem: answer.problem.message, code: answer.problem.code } : { status, safeAt: performance.now() } };
}

/** The order was opened or filled, or was not. @param {Batch} batch @param {import("./commands.js").Command} command @param {import("./outbox.js").Answer} answer */
function filled(batch, command, answer) {
  if (answer.seq !== undefined) return change(batch, { opened: true });
  if (!answer.problem) return; // dropped: the refusal before it has said why
  const why = refusedLines(answer.problem, batch.lines);
  const lines = batch.lines.map((l) => ({ ...l, problem: why.get(l.line) }));
  const known = state.orders.value[batch.order];
  const order = batch.opened && !(known && state.isClosed(known)) ? batch.order : null;
  const key = state.draftKey(batch.table, order);
  state.batches.value = state.batches.value.filter((b) => b.order !== batch.order || b.add !== batch.add);
  state.drafts.value = { ...state.drafts.value, [key]: [...lines, ...(state.drafts.value[key] ?? [])] };
  const shown = state.screen.value;
  if (shown.name === "order" && shown.order === batch.order && order === null) state.screen.value = { ...shown, order: null };
}

/** @param {import("./commands.js").Command} command @param {import("./outbox.js").Answer} answer @param {Batch | undefined} batch */
function sent(command, answer, batch) {
  if (answer.dropped) return;
  const rest = without(state.unsent.value, command.order);
  state.unsent.value = answer.problem ? { ...rest, [command.order]: answer.problem.message } : rest;
  if (!batch) return;
  change(batch, { safe: true, safeAt: performance.now() });
  const n = dishes(batch.lines);
  if (!answer.problem && Date.now() - batch.at > slow) {
    const before = state.cameBack.value;
    state.cameBack.value = { n: n + (before && Date.now() - before.at < 2000 ? before.n : 0), at: Date.now() };
  }
}

/** @param {Batch} batch @param {Partial<Batch>} what */
function change(batch, what) {
  state.batches.value = state.batches.value.map((b) => (b.add === batch.add ? { ...b, ...what } : b));
}

/** When we asked for what we have of an order: an older answer does not replace it. @type {Map<string, number>} */
const askedAt = new Map();

/**
 * Takes all open orders as the box tells them.
 * @param {import("./state.js").Order[]} orders
 * @param {number} asked performance.now() before the request
 */
export function keepOrders(orders, asked) {
  together(() => {
    const newer = Object.entries(state.orders.value).filter(([id]) => (askedAt.get(id) ?? 0) > asked);
    state.orders.value = Object.fromEntries(newer);
    for (const o of orders) keepOrder(o, asked);
  });
}

/**
 * Takes an order as the box tells it.
 * @param {import("./state.js").Order} order
 * @param {number} asked performance.now() before the request
 * @param {number} [at] when the fact happened that made us ask, ms
 */
export function keepOrder(order, asked, at) {
  const id = order.orderId;
  if ((askedAt.get(id) ?? 0) > asked) return;
  askedAt.set(id, asked);
  together(() => {
    const before = state.orders.value[id];
    state.orders.value = { ...state.orders.value, [id]: order };
    // Only an answer that was asked for after the receipt speaks about what we sent.
    state.batches.value = state.batches.value.filter((b) => !(b.order === id && b.safe && (b.safeAt ?? 0) <= asked));
    const move = state.moves.value[id];
    if (move?.safeAt !== undefined && move.safeAt <= asked) state.moves.value = without(state.moves.value, id);
    if (state.isClosed(order)) moveDrafts(order);
    if (order.status === "ready" && at && before && before.status !== "ready") {
      state.readyAt.value = { ...state.readyAt.value, [id]: at };
    }
    noteLeftBehind(order);
  });
}

const soon = 3000; // ms: what another tablet is just sending is not left behind

/** Lines on the box that nobody sends: whoever rang them was cut off. @param {import("./state.js").Order} order */
function noteLeftBehind(order) {
  const id = order.orderId;
  /** @param {import("./state.js").Order | undefined} o */
  const left = (o) => o !== undefined && !state.isClosed(o) && o.items.some((l) => !l.sent);
  if (!left(order)) {
    if (state.leftBehind.value[id]) state.leftBehind.value = without(state.leftBehind.value, id);
  } else if (!state.leftBehind.value[id]) {
    setTimeout(() => left(state.orders.value[id]) && (state.leftBehind.value = { ...state.leftBehind.value, [id]: true }), soon);
  }
}

/** Why lines of an order are on the box and not in the kitchen, in words; "" where all is well. @param {string} id */
export function notSent(id) {
  const mine = state.batches.value.some((b) => b.order === id && !b.safe);
  return state.unsent.value[id] ?? (state.leftBehind.value[id] && !mine ? t("order.leftBehind") : "");
}

/** Unsent lines of an order that was closed elsewhere wait for a new order of the same table. @param {import("./state.js").Order} order */
function moveDrafts(order) {
  const lines = state.drafts.value[order.orderId];
  if (!lines) return;
  const key = state.draftKey(state.tableOf(order), null);
  state.drafts.value = { ...without(state.drafts.value, order.orderId), [key]: [...(state.drafts.value[key] ?? []), ...lines] };
  const shown = state.screen.value;
  if (shown.name === "order" && shown.order === order.orderId) state.screen.value = { ...shown, order: null };
}

/** @template T @param {Record<string, T>} all @param {string} key @returns {Record<string, T>} */
export function without(all, key) {
  const { [key]: _, ...rest } = all;
  return rest;
}

/**
 * Words for an order: its number, or that it has none yet.
 * @param {string} id
 */
export function orderName(id) {
  const order = state.orders.value[id];
  return order ? t("order.number", { number: order.number }) : t("order.unnumbered");
}
