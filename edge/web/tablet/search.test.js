import assert from "node:assert/strict";
import test from "node:test";
import { search } from "./search.js";

const items = [
  { name: "Jalapeño Burrito", modifiers: [{ name: "Guacamole" }] },
  { name: "Chips and Guacamole", modifiers: [] },
  { name: "Crème brûlée", modifiers: [] },
];
const names = (typed) => search(items, typed).map((i) => i.name);

test("beginnings of words are found without regard to case and accents", () => {
  assert.deepEqual(names("jalap"), ["Jalapeño Burrito"]);
  assert.deepEqual(names("BRULE cr"), ["Crème brûlée"]);
  assert.deepEqual(names("apeno"), []);
  assert.deepEqual(names("  "), []);
});

test("a dish is found by its name in any language of the menu, whichever is shown", () => {
  const menu = [
    { name: "Hähnchensuppe", key: "Chicken soup", names: { de: "Hähnchensuppe", es: "Sopa de pollo", zh: "鸡汤" }, modifiers: [] },
    { name: "Straßenteller Œuf Smørrebrød", modifiers: [] },
    { name: "Rice", modifiers: [{ name: "Beans", names: { es: "Frijoles" } }] },
  ];
  const found = (typed) => search(menu, typed).map((i) => i.key ?? i.name);
  for (const typed of ["hahn", "chick", "pollo so", "鸡", "汤"]) assert.deepEqual(found(typed), ["Chicken soup"], typed);
  assert.deepEqual(found("sopa chicken"), ["Chicken soup"], "of two languages at once, after all names that fit alone");
  for (const typed of ["strassen", "oeuf", "SMORRE"]) assert.deepEqual(found(typed), ["Straßenteller Œuf Smørrebrød"], typed);
  assert.deepEqual(found("frijol"), ["Rice"]);
  assert.deepEqual(found("uppe"), []);
});

test("a dish found by its name stands before one found by a modifier", () => {
  assert.deepEqual(names("guac"), ["Chips and Guacamole", "Jalapeño Burrito"]);
  assert.deepEqual(names("burr guac"), ["Jalapeño Burrito"]);
});
