import assert from "node:assert/strict";
import test from "node:test";
import * as choice from "./choice.js";
import * as combo from "./combo.js";

const modifier = (name, price = 0, more = {}) => ({ modifierId: name, key: name, name, price, groups: [], ...more });
const group = (name, modifiers, more = {}) => ({ key: name, name, min: 0, max: 0, free: 0, modifiers, ...more });
const temperature = group("Temperature", ["Rare", "Medium"].map((n) => modifier(n)), { min: 1, max: 1 });
const sauces = group("Sauces", ["Lime", "Aioli", "Salsa"].map((n) => modifier(n, 50)), { max: 2 });
const steak = [temperature, sauces];
const cheese = group("Cheese", [modifier("Blue", 100), modifier("Cheddar", 50)], { min: 1, max: 1 });
const toppings = group("Toppings", [modifier("Patty", 300, { groups: [cheese], most: 2 }), modifier("Bacon", 150, { extra: 200 }), modifier("Onions")], { max: 4, free: 1 });

/** @param {any[]} groups @param {any[][]} taps group, modifier */
const tapped = (groups, ...taps) => taps.reduce((picks, [g, n]) => choice.toggle(groups, g, picks, g.modifiers[n]), []);
const names = (picks) => picks.map((p) => p.name);

test("a group that takes one changes its choice, and one that takes two takes no third", () => {
  const picks = tapped(steak, [sauces, 2], [temperature, 0], [sauces, 0], [temperature, 1]);
  assert.deepEqual(names(picks), ["Medium", "Lime", "Salsa"]);
  assert.equal(choice.toggle(steak, sauces, picks, sauces.modifiers[1]), picks);
  assert.deepEqual(names(choice.toggle(steak, sauces, picks, sauces.modifiers[2])), ["Medium", "Lime"]);
});

test("what comes with a dish is chosen where a choice is asked for, unless it is out", () => {
  const done = group("Done", [modifier("Rare"), modifier("Medium", 0, { default: true, left: 0 }), modifier("Well", 0, { default: true }), modifier("Burnt", 0, { default: true })], { min: 1 });
  assert.deepEqual(names(choice.standard([done, group("Free", [modifier("Lettuce", 0, { default: true })])])), ["Well"]);
});

test("as many as the menu lets, and what is left away is none of them", () => {
  let picks = tapped([toppings], [toppings, 0], [toppings, 2]);
  assert.equal(choice.setCount(toppings, picks, toppings.modifiers[0], 9)[0].n, 2);
  assert.equal(choice.setCount(toppings, picks, toppings.modifiers[2], 9)[1].n, 3);
  picks = choice.setPre(toppings, picks, toppings.modifiers[0], "no");
  assert.equal(choice.held(toppings, picks), 1);
  assert.equal(choice.setCount(toppings, picks, toppings.modifiers[2], 9)[1].n, 4);
  assert.equal(choice.setPre(toppings, choice.setCount(toppings, picks, toppings.modifiers[2], 9), toppings.modifiers[0], "no")[0].pre, "no"); // full: it stays away
});

test("no, extra and side are a toggle; what must be chosen cannot be left away", () => {
  const bacon = toppings.modifiers[1];
  let picks = tapped([toppings], [toppings, 1]);
  picks = choice.setPre(toppings, picks, bacon, "extra");
  assert.equal(picks[0].pre, "extra");
  assert.equal(choice.setPre(toppings, picks, bacon, "extra")[0].pre, undefined);
  assert.deepEqual([toppings, temperature, group("Two", [], { min: 1, max: 2 })].map(choice.pres), [["no", "extra", "side"], [], ["extra", "side"]]);
});

test("what is still asked for is named, within what was chosen, too", () => {
  assert.deepEqual(choice.lacking(steak, []), ["Temperature"]);
  let picks = tapped([toppings], [toppings, 0]);
  assert.deepEqual(choice.lacking([toppings], picks), ["Cheese"]);
  picks = choice.inside(picks, "Patty", tapped([cheese], [cheese, 1]));
  assert.deepEqual(choice.lacking([toppings], picks), []);
  assert.deepEqual(choice.lacking([toppings], choice.setPre(toppings, picks, toppings.modifiers[0], "no")), []);
});

test("the price: the first are free, extra has its own, inner choices are had as often", () => {
  let picks = tapped([toppings], [toppings, 0], [toppings, 1]);
  picks = choice.inside(picks, "Patty", tapped([cheese], [cheese, 1]));
  assert.equal(choice.price([toppings], picks), 50 + 150); // a free patty with cheddar, bacon
  picks = choice.setCount(toppings, picks, toppings.modifiers[0], 2);
  assert.equal(choice.price([toppings], picks), 300 + 2 * 50 + 150);
  picks = choice.setPre(toppings, picks, toppings.modifiers[1], "extra");
  assert.equal(choice.price([toppings], picks), 300 + 2 * 50 + 200);
  assert.equal(choice.price([toppings], choice.setPre(toppings, picks, toppings.modifiers[0], "no")), 0); // extra bacon is the first
  assert.equal(choice.price([toppings], tapped([toppings], [toppings, 1], [toppings, 0])), 300); // the bacon was chosen first
  assert.equal(choice.price([sauces], choice.setPre(sauces, tapped([sauces], [sauces, 0]), sauces.modifiers[0], "extra")), 100); // twice its own
});

const dishes = new Map([["Soup", []], ["Burger", [toppings]], ["Steak", steak], ["Cola", []]].map(([name, groups]) => [name, { menuItemId: name, name, groups }]));
const main = { key: "Main", name: "Main", choose: 1, choices: [{ menuItemId: "Burger", price: 0 }, { menuItemId: "Steak", price: 500 }] };
const sides = { key: "Sides", name: "Sides", choose: 2, choices: [{ menuItemId: "Soup", price: 100 }, { menuItemId: "Cola", price: 0 }] };
const drink = { key: "Drink", name: "Drink", choose: 1, choices: [{ menuItemId: "Cola", price: 0 }] };

test("a part that takes one changes its dish, and one that takes two takes two of one and no third", () => {
  const parts = [main, sides];
  const take = (chosen, part, dish) => combo.take(parts, chosen, part, dishes.get(dish));
  let chosen = take(take(take([], sides, "Soup"), main, "Burger"), main, "Steak");
  assert.deepEqual(names(chosen), ["Steak", "Soup"]);
  assert.deepEqual(combo.lacking(parts, chosen, dishes), ["Temperature", "Sides"]);
  chosen = take(chosen, sides, "Soup");
  assert.deepEqual(names(chosen), ["Steak", "Soup", "Soup"]);
  assert.equal(take(chosen, sides, "Cola"), chosen);
  chosen = combo.setPicks(chosen, chosen[0], tapped(steak, [temperature, 0], [sauces, 1]));
  assert.deepEqual(combo.lacking(parts, chosen, dishes), []);
  assert.equal(combo.price(parts, chosen, dishes), 500 + 50 + 100 + 100);
  assert.deepEqual(names(combo.drop(chosen, chosen[1])), ["Steak", "Soup"]);
  assert.deepEqual(names(take(chosen, main, "Steak")), ["Soup", "Soup"]);
});

test("what there is no choice of comes with the menu", () => assert.deepEqual(names(combo.standard([main, drink], dishes)), ["Cola"]));

test("allergens are those of what is chosen, inside and in a set menu, too; what is left away adds none", () => {
  const dip = group("Dip", [modifier("Aioli", 0, { allergens: ["egg"] })]);
  const side = group("Side", [modifier("Fries", 0, { allergens: ["gluten"], groups: [dip] }), modifier("Salad")]);
  const fries = choice.toggle([side], side, [], side.modifiers[0]);
  const both = choice.inside(fries, "Fries", choice.toggle([dip], dip, [], dip.modifiers[0]));
  assert.deepEqual(choice.allergens([side], fries), ["gluten"]);
  assert.deepEqual(choice.allergens([side], both), ["gluten", "egg"]);
  assert.deepEqual(choice.allergens([side], choice.setPre(side, both, side.modifiers[0], "no")), []);
  const dishes = new Map([["burger", { menuItemId: "burger", name: "Burger", allergens: ["sesame"], groups: [side] }]]);
  assert.deepEqual(combo.allergens([{ part: "Main", item: "burger", name: "Burger", picks: fries }], dishes), ["sesame", "gluten"]);
});
