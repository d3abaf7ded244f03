// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { unpack } from "./menu.js";

const sent = {
  categories: [{ name: "Mains", names: { es: "Platos" }, items: ["a", "b"] }],
  items: [
    { menuItemId: "a", name: "Burrito", names: { es: "Burrito grande" }, groups: [1, 0] },
    { menuItemId: "b", name: "Lunch", combo: [{ name: "Drink", names: { es: "Bebida" }, choose: 1, choices: [{ menuItemId: "a" }, { menuItemId: "c", price: 50 }] }] },
  ],
  groups: [
    { name: "Sauces", free: 1, modifiers: [{ modifierId: "m1", name: "Lime", price: 50 }] },
    { name: "Side", min: 1, max: 1, modifiers: [{ modifierId: "m2", name: "Rice", names: { es: "Arroz" }, groups: [0] }] },
  ],
};

test("dishes show their groups in order, and modifiers what there is to choose of them", () => {
  const [burrito, lunch] = unpack(sent).items;
  assert.deepEqual(burrito.groups.map((g) => [g.name, g.min, g.max, g.free]), [["Side", 1, 1, 0], ["Sauces", 0, 0, 1]]);
  assert.deepEqual(burrito.modifiers.map((m) => [m.name, m.price]), [["Rice", 0], ["Lime", 50]]);
  assert.equal(burrito.modifiers[0].groups[0], burrito.groups[1]);
  assert.deepEqual(lunch.groups, []);
  assert.deepEqual(lunch.combo, [{ key: "Drink", name: "Drink", choose: 1, choices: [{ menuItemId: "a", price: 0 }, { menuItemId: "c", price: 50 }] }]);
});

test("names are in the language of the tablet where the menu has one; the box is told the first", () => {
  const menu = unpack(sent, "es");
  assert.deepEqual([menu.categories[0].key, menu.categories[0].name], ["Mains", "Platos"]);
  assert.deepEqual(menu.items.map((i) => i.name), ["Burrito grande", "Lunch"]);
  assert.deepEqual(menu.items[0].modifiers.map((m) => [m.key, m.name]), [["Rice", "Arroz"], ["Lime", "Lime"]]);
  assert.deepEqual([menu.items[1].combo[0].key, menu.items[1].combo[0].name], ["Drink", "Bebida"]);
});

test("a box without a menu", () => assert.deepEqual(unpack({ categories: [], items: [] }).items, []));
