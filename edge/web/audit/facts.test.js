// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { all, deviceNames, family, fromAddress, orderOf, query, what } from "./facts.js";

/** @type {import("./facts.js").Fact} */
const fact = { seq: 4, type: "device.introduced", at: "2026-11-30T12:00:00Z", day: "2026-11-30", command: "c", data: { device: "d1", name: "Tablet 1" } };

test("a fact in words", () => {
  assert.equal(what("order.line_added"), "line added");
  assert.equal(family("order.line_added"), "order");
});

test("only what is asked for is asked for, and a link asks the same again", () => {
  const f = { ...all, order: "o1", type: "order." };
  assert.equal(query(f, 7), "order=o1&type=order.&before=7&limit=100");
  assert.equal(query(all), "limit=100");
  assert.deepEqual(fromAddress(`?${query(f)}`), f);
});

test("whose order, and what devices are called", () => {
  assert.equal(orderOf({ ...fact, data: { order: "o1" } }), "o1");
  assert.equal(orderOf({ ...fact, data: null }), "");
  assert.deepEqual([...deviceNames([fact, { ...fact, type: "device.revoked" }])], [["d1", "Tablet 1"]]);
});
