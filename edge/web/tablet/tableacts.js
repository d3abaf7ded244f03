// @ts-check
// What a tap does to tables. It shows at once; the box answers later, and a refusal is
// said in words.

import { newId } from "../../../sync/ui/kit/id.js";
import { get } from "../../../sync/ui/kit/api.js";
import { serverNow } from "../../../sync/ui/kit/time.js";
import { outbox } from "./box.js";
import { tableNumber } from "./commands.js";
import { placeOf } from "./room.js";
import * as state from "./state.js";

/** @param {import("./commands.js").FloorWish} type @param {any} data @param {string} [order] */
function wish(type, data, order = "") {
  const id = newId();
  state.floorMoves.value = [...state.floorMoves.value, { id, type, data, at: serverNow() }];
  void outbox.add([{ id, type, order, data }]);
}

/** @param {string[]} tables @param {number} covers @param {string} [server] @param {string} [party] of the wait list */
export function seat(tables, covers, server, party = newId()) {
  wish("table.seat", { partyId: party, tables, covers, ...(server ? { serverId: server } : {}) });
}

/** @param {string} party @param {{covers?: number, serverId?: string}} what */
export function change(party, what) {
  wish("table.change", { partyId: party, ...what });
}

/** @param {string} party */
export function bringCheck(party) {
  wish("table.bring_check", { partyId: party });
}

/** @param {string} party */
export function leave(party) {
  wish("table.leave", { partyId: party });
}

/** @param {string} table */
export function clear(table) {
  wish("table.clear", { table });
}

/** @param {string} party @param {string} table @param {number} covers 0: nobody stays there */
export function split(party, table, covers) {
  wish("table.split", { partyId: party, table, covers, ...(covers > 0 ? { intoPartyId: newId() } : {}) });
}

/** @param {number} covers @param {number} minutes @param {string} [customer] in whose name they wait */
export function addWaiting(covers, minutes, customer) {
  wish("waitlist.add", { partyId: newId(), covers, minutes, ...(customer ? { customerId: customer } : {}) });
}

/** @param {string} party */
export function dropWaiting(party) {
  wish("waitlist.drop", { partyId: party });
}

/** The next tap on a table says where. @param {import("./state.js").Choosing} what */
export function choose(what) {
  state.sheetOf.value = null;
  state.choosing.value = what;
  state.screen.value = { name: "floor" };
}

export function chooseNone() {
  state.choosing.value = null;
}

/** Does what was to be done with the table that was tapped. @param {state.Choosing} c @param {string} table */
export function chosen(c, table) {
  if (c.what === "join" && !c.target && placeOf(table).party) return void (state.choosing.value = { ...c, target: table });
  chooseNone();
  if (c.what === "move") wish("table.move", { partyId: c.party, table });
  if (c.what === "join") wish("table.join", { partyId: c.party, table });
  if (c.what === "order") wish("order.move", { table: tableNumber(table) }, c.order);
  if (c.what === "seat") seat([table], c.covers ?? 1, undefined, c.party);
}

/** How long guests are told who come now, minutes; null: nobody knows. @param {number} covers @returns {Promise<number | null>} */
export async function quote(covers) {
  try {
    return (await get(`/api/v1/waitlist/quote?covers=${covers}`)).minutes;
  } catch {
    return null;
  }
}
