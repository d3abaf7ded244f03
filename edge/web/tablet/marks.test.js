import assert from "node:assert/strict";
import test from "node:test";
import { lineMark, markOf, trouble, troubled, underWay } from "./marks.js";

const ticket = (state, lines, more = {}) => ({ ticketId: `${state}${lines}`, number: "K-1", kind: "new", station: "Hot line", state, lines, ...more });

test("a line is on paper when its own ticket is printed, whatever the others do", () => {
  const tickets = [ticket("printed", ["a", "b"]), ticket("queued", ["c"], { problem: "No paper." }), ticket("sent", ["d"]), ticket("none", ["e"]), ticket("unknown", ["f"])];
  assert.deepEqual(["a", "b", "c", "d", "e", "f", "g"].map((l) => lineMark(l, tickets)), ["paper", "paper", "problem", "safe", "safe", "maybe", "safe"]);
});

test("a queued ticket is no trouble until its printer says so", () => {
  assert.equal(trouble(ticket("queued", [])), null);
  assert.equal(trouble(ticket("printing", [])), null);
  assert.equal(trouble(ticket("queued", [], { problem: "No paper." })), "problem");
  assert.equal(trouble(ticket("unknown", [])), "maybe");
  assert.deepEqual(troubled([ticket("printed", []), ticket("unknown", [])]).map((t) => t.state), ["unknown"]);
});

test("a ticket that tells the kitchen of a cancellation says nothing of the first one", () => {
  assert.equal(lineMark("a", [ticket("printed", ["a"]), ticket("queued", ["a"], { kind: "cancel", problem: "No paper." })]), "paper");
});

test("only what a printer still has to do is under way", () => {
  assert.equal(underWay([ticket("printed", []), ticket("none", []), ticket("sent", []), ticket("unknown", [])]), false);
  assert.equal(underWay([ticket("printed", []), ticket("printing", [])]), true);
});

test("a set menu is as far as the part that is the furthest behind: nobody makes the menu itself", () => {
  const items = [{ lineId: "menu" }, { lineId: "soup", partOf: "menu" }, { lineId: "cola", partOf: "menu" }, { lineId: "rice" }];
  const mark = (...tickets) => markOf(items[0], { items, tickets });
  assert.equal(mark(ticket("printed", ["soup", "rice"])), "safe");
  assert.equal(mark(ticket("printed", ["soup"]), ticket("printed", ["cola"])), "paper");
  assert.equal(mark(ticket("printed", ["soup"]), ticket("queued", ["cola"], { problem: "No paper." })), "problem");
});
