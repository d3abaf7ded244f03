import assert from "node:assert/strict";
import test from "node:test";
import "./words.js";
import { mayCancel, nextStatus, refusedLines, sendCommands, tableNumber } from "./commands.js";

const line = (id) => ({ line: id, item: "i1", name: "Burrito", price: 875, quantity: 2, combo: [], picks: [{ id: "m1", name: "Guacamole", price: 0, n: 1, picks: [] }], note: "no onions please" });
let n = 0;
const newId = () => `c${++n}`;

test("a new order is opened, filled and sent; an old one is not opened again", () => {
  const made = sendCommands({ order: "o1", isNew: true, table: "5", lines: [line("l1")], newId });
  assert.deepEqual(made.open, { id: "c1", type: "order.open", order: "o1", data: { tableNumber: 5 } });
  assert.deepEqual(made.add.data, { lines: [{ line: "l1", menuItemId: "i1", quantity: 2, modifications: ["no onions please"], modifiers: [{ modifierId: "m1" }] }] });
  assert.deepEqual([made.send.type, made.send.order, made.send.data], ["order.send", "o1", {}]);
  assert.equal(sendCommands({ order: "o1", isNew: false, table: "5", lines: [line("l1")], newId }).open, undefined);
});

test("what was chosen is told as it was chosen: how often, which way, within what", () => {
  const cheese = { id: "m2", name: "Cheese", price: 50, n: 2, pre: "extra", picks: [{ id: "m3", name: "Melted", price: 0, n: 1, picks: [] }] };
  const menu = { ...line("l1"), note: " ", picks: [], combo: [{ part: "Main", item: "i2", name: "Bowl", picks: [cheese] }] };
  const [told] = sendCommands({ order: "o1", isNew: false, table: "5", lines: [menu], newId }).add.data.lines;
  assert.deepEqual(told, { line: "l1", menuItemId: "i1", quantity: 2, modifications: [], modifiers: [],
    combo: [{ part: "Main", menuItemId: "i2", modifiers: [{ modifierId: "m2", quantity: 2, pre: "extra", modifiers: [{ modifierId: "m3" }] }] }] });
  const why = refusedLines({ message: "whole", errors: [{ location: "body.items[0].combo[0].modifiers[0].modifiers[0].modifierId", message: "is no choice of this item" }] }, [menu]);
  assert.equal(why.get("l1"), "Melted is no choice of this item.");
});

test("takeaway has no table, and a table may have a name", () => {
  assert.deepEqual(sendCommands({ order: "o", isNew: true, table: null, lines: [], newId }).open.data, {});
  assert.equal(tableNumber("12"), 12);
  assert.equal(tableNumber("B4"), "B4");
  assert.equal(tableNumber("007"), "007");
});

test("only legal steps are offered", () => {
  assert.deepEqual(["open", "placed", "preparing", "ready", "served", "cancelled"].map(nextStatus), [undefined, "preparing", "ready", "served", undefined, undefined]);
  assert.deepEqual(["open", "placed", "preparing", "ready", "served", "cancelled"].map(mayCancel), [true, true, true, false, false, false]);
});

test("a refusal names its lines, or means all of them", () => {
  const lines = [line("l1"), line("l2")];
  const named = (location, message) => [...refusedLines({ message: "whole", errors: [{ location, message }] }, lines)];
  assert.deepEqual(named("body.items[1].menuItemId", "is not on the menu"), [["l2", "Burrito is not on the menu."]]);
  assert.deepEqual(named("body.items[0].quantity", "must be 1 to 999"), [["l1", "The quantity must be 1 to 999."]]);
  assert.deepEqual(named("body.items[1].modifications[0]", "is empty"), [["l2", "no onions please is empty."]]);
  assert.deepEqual([...refusedLines({ message: "whole", errors: [] }, lines).values()], ["whole", "whole"]);
});
