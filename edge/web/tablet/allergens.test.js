import assert from "node:assert/strict";
import test from "node:test";
import { allergenWords } from "./allergens.js";

test("a known allergen is said in the language chosen, whatever language it is written in", () => {
  assert.deepEqual(allergenWords(["Milk", "TREE NUTS", "Ei"], "es"), ["leche", "frutos secos", "huevo"]);
  assert.deepEqual(allergenWords(["leche", "Soja"], "en"), ["milk", "soy"]);
  assert.deepEqual(allergenWords(["Crustaceans"], "fr-CA"), ["crustacés"]);
});

test("what nobody can translate is said as it is written: it is a warning still", () => {
  assert.deepEqual(allergenWords(["shellfish", "milk"], "es"), ["shellfish", "leche"]);
  assert.deepEqual(allergenWords(["Milk", "gluten"], "vi"), ["Milk", "gluten"]);
  assert.deepEqual(allergenWords(["Milk", "gluten"], ""), ["Milk", "gluten"]);
});

test("each is said once, by whatever words it comes", () => {
  assert.deepEqual(allergenWords(["egg", "Eggs", "gluten", "wheat", "Kiwi", "kiwi"], "de"), ["Ei", "Gluten", "Weizen", "Kiwi"]);
  assert.deepEqual(allergenWords(["egg", "eggs"], ""), ["egg"]);
});
