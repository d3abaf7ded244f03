// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { mistakes, withPerson, withoutPerson } from "./list.js";

const ana = { id: "a", name: "Ana Ruiz", role: "manager" };
const bo = { id: "b", name: "Bo", role: "server" };

test("one person changes, and all others stay where they are", () => {
  assert.deepEqual(withPerson([ana, bo], { ...ana, name: "Ana" }), [{ ...ana, name: "Ana" }, bo]);
  assert.deepEqual(withPerson([ana], bo), [ana, bo]);
  assert.deepEqual(withoutPerson([ana, bo], "a"), [bo]);
});

test("mistakes stand at their fields", () => {
  const refused = {
    message: "The staff list has 2 mistakes and was not taken.",
    errors: [
      { location: "people[1].name", message: "line 7: a name has 1 to 60 characters" },
      { location: "people[0].role", message: "\"boss\" is not a role" },
      { location: "people", message: "line 1: nobody is a manager" },
    ],
  };
  assert.deepEqual(mistakes(refused, 1), { name: "A name has 1 to 60 characters.", all: "Nobody is a manager." });
  assert.deepEqual(mistakes({ message: "This PIN is too easy.", errors: [{ location: "body.pin", message: "is too easy" }] }, 0), { pin: "This PIN is too easy." });
  assert.deepEqual(mistakes({ message: "Only a manager makes one.", errors: [] }, 0), { all: "Only a manager makes one." });
});
