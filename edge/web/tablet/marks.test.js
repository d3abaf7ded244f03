import assert from "node:assert/strict";
import test from "node:test";
import { forward, orderMark, troubled } from "./marks.js";

const ticket = (state) => ({ ticketId: state, number: "K-1", station: "Hot line", state });

test("a line is on paper only when every ticket of its order is printed", () => {
  assert.equal(orderMark([]), "safe");
  assert.equal(orderMark([ticket("queued")]), "safe");
  assert.equal(orderMark([ticket("printed"), ticket("sent")]), "safe");
  assert.equal(orderMark([ticket("printed"), ticket("printed")]), "paper");
  assert.equal(orderMark([ticket("printed"), ticket("unknown")]), "maybe");
  assert.equal(orderMark([ticket("unknown"), ticket("failed")]), "problem");
  assert.deepEqual(troubled([ticket("printed"), ticket("failed")]).map((t) => t.state), ["failed"]);
});

test("a mark never goes backwards, except to a problem", () => {
  assert.equal(forward("paper", "safe"), "paper");
  assert.equal(forward("paper", "problem"), "paper");
  assert.equal(forward("safe", "problem"), "problem");
  assert.equal(forward("problem", "paper"), "paper");
  assert.equal(forward(undefined, "safe"), "safe");
});
