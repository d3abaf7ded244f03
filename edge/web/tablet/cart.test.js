import assert from "node:assert/strict";
import test from "node:test";
import * as cart from "./cart.js";

const burrito = { menuItemId: "i1", name: "Chicken Burrito", price: 875 };
const bowl = { menuItemId: "i2", name: "Bowl", price: 900 };
const menu = [{ name: "Guacamole", price: 250 }, { name: "Rice", price: 0 }, { name: "Queso", price: 150 }];

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
  const before = cart.addLine([], burrito, "a");
  const copy = structuredClone(before);
  cart.toggleModifier(before, "a", menu[0], menu);
  cart.setQuantity(before, "a", 5);
  cart.setNote(before, "a", "x");
  cart.removeLine(before, "a");
  cart.mergeSame(before);
  assert.deepEqual(before, copy);
});

test("modifiers keep the menu's order, and a second tap gives one up", () => {
  let lines = cart.addLine([], burrito, "a");
  for (const m of [menu[2], menu[0], menu[1]]) lines = cart.toggleModifier(lines, "a", m, menu);
  assert.deepEqual(lines[0].modifiers.map((m) => m.name), ["Guacamole", "Rice", "Queso"]);
  lines = cart.toggleModifier(lines, "a", menu[1], menu);
  lines = cart.setNote(lines, "a", " no onions please ");
  assert.deepEqual(cart.modifications(lines[0]), ["Guacamole", "Queso", "no onions please"]);
});

test("a group that takes one changes its choice, and one that takes two takes no third", () => {
  const temperatures = ["Rare", "Medium"].map((name) => ({ name, price: 0, group: "Temperature", min: 1, max: 1 }));
  const sauces = ["Lime", "Aioli", "Salsa"].map((name) => ({ name, price: 50, group: "Sauces", max: 2 }));
  const all = [...temperatures, ...sauces];
  let lines = cart.addLine([], burrito, "a");
  for (const m of [sauces[2], temperatures[0], sauces[0], temperatures[1], sauces[1]]) lines = cart.toggleModifier(lines, "a", m, all);
  assert.deepEqual(lines[0].modifiers.map((m) => m.name), ["Medium", "Lime", "Salsa"]);
  lines = cart.toggleModifier(lines, "a", sauces[2], all);
  lines = cart.toggleModifier(lines, "a", sauces[1], all);
  assert.deepEqual(lines[0].modifiers.map((m) => m.name), ["Medium", "Lime", "Aioli"]);
});

test("what comes with a dish is chosen where a choice is asked for", () => {
  const all = [
    { name: "Rare", price: 0, group: "Temperature", min: 1, max: 1 },
    { name: "Medium", price: 0, group: "Temperature", min: 1, max: 1, default: true },
    { name: "Well done", price: 0, group: "Temperature", min: 1, max: 1, default: true },
    { name: "Lettuce", price: 0, group: "Toppings", default: true },
  ];
  const lines = cart.addLine([], { ...burrito, modifiers: all }, "a");
  assert.deepEqual(lines[0].modifiers, [{ name: "Medium", price: 0 }]);
});

test("quantities stay within 1 and 999, notes within 80 characters", () => {
  let lines = cart.addLine([], burrito, "a");
  assert.equal(cart.setQuantity(lines, "a", 0)[0].quantity, 1);
  lines = cart.setQuantity(lines, "a", 5000);
  assert.equal(lines[0].quantity, 999);
  assert.equal(cart.addDish(lines, burrito, "b").lines.length, 2);
  assert.equal([...cart.setNote(lines, "a", "🌶".repeat(100))[0].note].length, 80);
});

test("sums count modifiers and quantities", () => {
  let lines = cart.addLine([], burrito, "a");
  lines = cart.toggleModifier(lines, "a", menu[0], menu);
  lines = cart.setQuantity(lines, "a", 2);
  lines = cart.addLine(lines, bowl, "b");
  assert.equal(cart.amount(lines[0]), 2250);
  assert.equal(cart.total(lines), 3150);
  assert.equal(cart.dishes(lines), 3);
});

test("lines that say the same become one, never above 999", () => {
  let lines = cart.addLine(cart.addLine(cart.addLine([], burrito, "a"), bowl, "b"), burrito, "c");
  assert.deepEqual(cart.mergeSame(lines).map((l) => [l.line, l.quantity]), [["a", 2], ["b", 1]]);
  lines = cart.setQuantity(lines, "a", 999);
  assert.deepEqual(cart.mergeSame(lines).map((l) => l.quantity), [999, 1, 1]);
  lines = cart.setNote(lines, "c", "hot");
  assert.equal(cart.mergeSame(lines).length, 3);
});
