// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { sections, sums } from "./room.js";

/** @type {import("./room.js").Room} */
const room = {
  box: { id: "b", state: "online", behindEvents: 0, behindSeconds: 0 },
  tables: [{ table: "1", section: "Bar", state: "free" }, { table: "12", section: "Main", state: "ordered", partyId: "p" }, { table: "B4", section: "Bar", state: "ordered", partyId: "p" },
    { table: "2", section: "Main", state: "dirty" }, { table: "99", state: "served" }],
  parties: [{ partyId: "p", tables: ["12", "B4"], covers: 5, seatedAt: 1 }],
  waiting: [{ partyId: "q", number: "3", covers: 2, minutes: 10, since: 2 }, { partyId: "r", number: "4", covers: 4, minutes: 20, since: 3 }],
};

test("tables stand in their sections, in the order of the plan", () => {
  assert.deepEqual(sections(room).map((s) => [s.name, s.tables.map((x) => x.table).join(" ")]), [["Bar", "1 B4"], ["Main", "12 2"], ["", "99"]]);
});

test("guests at joined tables are counted once", () => {
  assert.deepEqual(sums([room]), { guests: 5, taken: 3, tables: 5, dirty: 1, waiting: 2, waitingGuests: 6 });
  assert.equal(sums([room, room]).guests, 10);
  assert.equal(sums([]).tables, 0);
});
