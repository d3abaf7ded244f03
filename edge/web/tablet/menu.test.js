// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { unpack } from "./menu.js";

test("items show the modifiers of their groups, in order", () => {
  const menu = unpack({
    categories: [],
    items: [{ menuItemId: "a", groups: [1, 0] }, { menuItemId: "b" }],
    groups: [{ name: "Sauces", modifiers: [{ modifierId: "m1", name: "Lime", price: 50 }] }, { name: "Side", min: 1, max: 1, modifiers: [{ modifierId: "m2", name: "Rice" }] }],
  });
  assert.deepEqual(menu.items[0].modifiers, [
    { modifierId: "m2", name: "Rice", price: 0, group: "Side", min: 1, max: 1 },
    { modifierId: "m1", name: "Lime", price: 50, group: "Sauces", min: 0, max: 0 },
  ]);
  assert.deepEqual(menu.items[1].modifiers, []);
});

test("a box without a menu", () => assert.deepEqual(unpack({ categories: [], items: [] }).items, []));
