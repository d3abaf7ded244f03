import assert from "node:assert/strict";
import test from "node:test";
import * as cart from "./cart.js";
import { pick } from "./choice.js";

const extras = { key: "Extras", name: "Extras", min: 0, max: 0, free: 0, modifiers: [
  { modifierId: "m1", key: "Guacamole", name: "Guacamole", price: 250, groups: [] },
  { modifierId: "m2", key: "Rice", name: "Rice", price: 0, groups: [] },
] };
const burrito = { menuItemId: "i1", name: "Chicken Burrito", price: 875, groups: [extras], combo: [] };
const bowl = { menuItemId: "i2", name: "Bowl", price: 900, groups: [], combo: [] };
const menu = new Map([burrito, bowl].map((d) => [d.menuItemId, d]));
const guacamole = pick(extras.modifiers[0]);

test("a second tap on a dish makes two of it; a changed dish stays apart", () => {
  let { lines } = cart.addDish([], burrito, "a");
  ({ lines } = cart.addDish(lines, burrito, "b"));
  assert.deepEqual(lines.map((l) => [l.line, l.quantity]), [["a", 2]]);
  lines = cart.setNote(lines, "a", "no onions");
  const added = cart.addDish(lines, burrito, "c");
  assert.equal(added.line, "c");
  assert.deepEqual(added.lines.map((l) => l.quantity), [2, 1]);
});

test("functions leave the old lines alone", () => {
  const before = cart.addLine([], burrito, "a", menu);
  const copy = structuredClone(before);
  cart.choose(before, "a", { picks: [guacamole] });
  cart.setQuantity(before, "a", 5);
  cart.setNote(before, "a", "x");
  cart.removeLine(before, "a");
  cart.mergeSame(before);
  assert.deepEqual(before, copy);
});

test("quantities stay within 1 and 999, notes within 80 characters", () => {
  let lines = cart.addLine([], burrito, "a", menu);
  assert.equal(cart.setQuantity(lines, "a", 0)[0].quantity, 1);
  lines = cart.setQuantity(lines, "a", 5000);
  assert.equal(lines[0].quantity, 999);
  assert.equal(cart.addDish(lines, burrito, "b").lines.length, 2);
  assert.equal([...cart.setNote(lines, "a", "🌶".repeat(100))[0].note].length, 80);
});

test("sums count modifiers and quantities", () => {
  let lines = cart.addLine([], burrito, "a", menu);
  lines = cart.choose(lines, "a", { picks: [guacamole] });
  lines = cart.setQuantity(lines, "a", 2);
  lines = cart.addLine(lines, bowl, "b", menu);
  assert.equal(cart.amount(lines[0], menu), 2250);
  assert.equal(cart.total(lines, menu), 3150);
  assert.equal(cart.dishes(lines), 3);
});

test("lines that say the same become one, never above 999", () => {
  let lines = cart.addLine(cart.addLine(cart.addLine([], burrito, "a", menu), bowl, "b", menu), burrito, "c", menu);
  assert.deepEqual(cart.mergeSame(lines).map((l) => [l.line, l.quantity]), [["a", 2], ["b", 1]]);
  lines = cart.setQuantity(lines, "a", 999);
  assert.deepEqual(cart.mergeSame(lines).map((l) => l.quantity), [999, 1, 1]);
  lines = cart.setNote(lines, "c", "hot");
  assert.equal(cart.mergeSame(lines).length, 3);
});

test("a line costs what the menu says now; one that it does not know any more, what it said then", () => {
  const [line] = cart.addLine([], burrito, "a", menu);
  assert.equal(cart.amount(line, new Map([["i1", { ...burrito, price: 1000 }]])), 1000);
  assert.equal(cart.amount(line, new Map()), 875);
});

test("a note that is the name of a modifier orders it", () => {
  const lines = cart.setNote(cart.addLine([], burrito, "a", menu), "a", " guacamole");
  assert.equal(cart.amount(lines[0], menu), 1125);
});
