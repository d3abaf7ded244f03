// @ts-check
// Who sits where: what the box says, with what this tablet wished and the box has not
// answered yet laid over it, so that a tap shows at once.

import { computed } from "../../../sync/ui/kit/html.js";
import { toast } from "../../../sync/ui/kit/toast.js";
import * as state from "./state.js";

/** @typedef {{state: state.TableState, since: number | null, party: state.Party | null}} Place since: ms */

/** By table. */
export const room = computed(() => {
  const { tables, parties } = state.floor.value;
  /** @type {Map<string, state.Party>} */
  const byId = new Map(parties.map((p) => [p.partyId, p]));
  /** @type {Map<string, Place>} */
  const all = new Map(tables.map((x) => [x.table, { state: x.state, since: x.since ? Date.parse(x.since) : null, party: (x.partyId && byId.get(x.partyId)) || null }]));
  for (const move of state.floorMoves.value) lay(all, byId, move);
  return all;
});

/** @param {Map<string, Place>} all @param {Map<string, state.Party>} byId @param {{type: string, data: any, at: number}} move */
function lay(all, byId, { type, data, at }) {
  const party = byId.get(data.partyId);
  if (type === "table.clear") all.set(data.table, { state: "free", since: null, party: null });
  if (type === "table.seat" && !party) {
    const fresh = { partyId: data.partyId, tables: data.tables, covers: data.covers, serverId: data.serverId, seatedAt: new Date(at).toISOString(), orders: [], totalAmount: 0 };
    for (const table of data.tables) {
      const was = all.get(table);
      all.set(table, { state: was?.state === "ordered" ? "ordered" : "seated", since: at, party: fresh });
    }
  }
  if (!party) return;
  const all_ = [...party.tables];
  if (type === "table.leave") for (const table of all_) all.set(table, { state: party.orders.length > 0 ? "dirty" : "free", since: at, party: null });
  if (type === "table.bring_check") for (const table of all_) all.set(table, { state: "check_printed", since: at, party });
  if (type === "table.change") {
    const now = { ...party, covers: data.covers ?? party.covers, serverId: data.serverId ?? party.serverId };
    if (data.serverId) now.serverName = state.people.value.find((p) => p.id === data.serverId)?.name;
    for (const table of all_) {
      const was = all.get(table);
      if (was) all.set(table, { ...was, party: now });
    }
  }
}

/** Who waits, with what this tablet wished. */
export const waiting = computed(() => {
  const moves = state.floorMoves.value;
  const gone = new Set(moves.filter((m) => m.type === "waitlist.drop" || m.type === "table.seat").map((m) => m.data.partyId));
  const here = state.floor.value.waiting.filter((w) => !gone.has(w.partyId));
  const known = new Set(here.map((w) => w.partyId));
  const added = moves.filter((m) => m.type === "waitlist.add" && !known.has(m.data.partyId) && !gone.has(m.data.partyId));
  return [...here, ...added.map((m) => /** @type {state.Waiter} */ ({ partyId: m.data.partyId, number: "…", covers: m.data.covers, minutes: m.data.minutes, since: new Date(m.at).toISOString() }))];
});

/** How a table is. @param {string} table @returns {Place} */
export function placeOf(table) {
  return room.value.get(table) ?? { state: "free", since: null, party: null };
}

let askedAt = 0;

/**
 * Takes the room as the box tells it.
 * @param {state.Floor} floor
 * @param {number} asked performance.now() before the request
 */
export function keepFloor(floor, asked) {
  if (asked < askedAt) return;
  askedAt = asked;
  state.floor.value = floor;
  state.floorMoves.value = state.floorMoves.value.filter((m) => m.safeAt === undefined || m.safeAt > asked);
}

/** The box answered a wish: a refusal is told in words. @param {import("./commands.js").Command} command @param {import("./outbox.js").Answer} answer */
export function settledFloor(command, answer) {
  if (answer.problem) toast({ text: answer.problem.message });
  state.floorMoves.value = answer.problem || answer.dropped
    ? state.floorMoves.value.filter((m) => m.id !== command.id)
    : state.floorMoves.value.map((m) => (m.id === command.id ? { ...m, safeAt: performance.now() } : m));
}
