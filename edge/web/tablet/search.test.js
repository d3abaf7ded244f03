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

test("a dish found by its name stands before one found by a modifier", () => {
  assert.deepEqual(names("guac"), ["Chips and Guacamole", "Jalapeño Burrito"]);
  assert.deepEqual(names("burr guac"), ["Jalapeño Burrito"]);
});
