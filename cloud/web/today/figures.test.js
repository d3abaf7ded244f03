import assert from "node:assert/strict";
import test from "node:test";
import { along, axis, health, hourIn, nextOrder, runningTotal, sorted } from "./figures.js";

const now = Date.parse("2026-11-25T01:42:08Z"); // 7:42 pm in Chicago
const box = (state, more = {}) => ({ id: "b", state, behindEvents: 0, behindSeconds: 0.4, lastHeard: now - 400, ...more });
const place = (name, more = {}) => ({
  id: name, name, currency: "USD", digits: 2, zone: "America/Chicago", day: "2026-11-24", sales: 300, orders: 3, average: 100,
  hours: [{ hour: 17, sales: 100 }, { hour: 19, sales: 200 }], boxes: [box("online")], ...more,
});

test("a line is live, behind, dark or was never heard", () => {
  const state = (...boxes) => health(place("x", { boxes }), now).state;
  assert.equal(state(box("online")), "live");
  assert.equal(state(box("online", { behindEvents: 3, behindSeconds: 0.9 })), "live");
  assert.equal(state(box("online", { behindEvents: 214, behindSeconds: 240 })), "behind");
  assert.equal(state(box("dark")), "dark");
  assert.equal(state(box("never")), "never");
  assert.equal(state(), "never");
});

test("of several boxes the worst counts, but a new one does not darken an old one", () => {
  const boxes = [box("online"), box("never"), box("dark", { lastHeard: now - 48 * 60_000 })];
  assert.deepEqual(health(place("x", { boxes }), now), { state: "dark", age: 48 * 60_000, events: 0, until: now - 48 * 60_000 });
  assert.equal(health(place("x", { boxes: boxes.slice(0, 2) }), now).state, "live");
  const quiet = place("x", { boxes: [box("dark", { since: now - 1000, lastHeard: now - 240_000 })], lastOrder: { at: now - 90_000, number: "7", total: 100 } });
  assert.deepEqual(health(quiet, now), { state: "dark", age: 1000, events: 0, until: now - 90_000 }); // dark for a second, known until its last order
});

test("hours that a dark restaurant did not tell are unknown, quiet hours are zero", () => {
  const r = place("x", { hours: [{ hour: 15, sales: 100 }, { hour: 17, sales: 50 }], boxes: [box("dark", { lastHeard: Date.parse("2026-11-25T00:10:00Z") })] });
  const hours = axis([r], now);
  assert.deepEqual(hours, [15, 16, 17, 18, 19]);
  assert.deepEqual(along(r, hours, health(r, now)), [100, 0, 50, 0, null]);
  assert.deepEqual(along(place("y", { hours: [], currency: "", zone: "" }), hours, health(place("y", { boxes: [box("never")] }), now)), [null, null, null, null, null]);
});

test("a business day goes on after midnight", () => {
  const late = Date.parse("2026-11-25T07:30:00Z"); // 1:30 am
  const r = place("x", { hours: [{ hour: 0, sales: 7 }, { hour: 22, sales: 5 }, { hour: 23, sales: 6 }] });
  assert.deepEqual(axis([r], late), [22, 23, 24, 25]);
  assert.deepEqual(along(r, axis([r], late), health(r, late)), [5, 6, 7, 0]);
  assert.deepEqual(axis([], late), []);
  const early = place("bakery", { dayStart: 60, hours: [{ hour: 2, sales: 1 }] });
  assert.deepEqual(axis([early], Date.parse("2026-11-25T10:00:00Z")), [2, 3, 4]); // 4 am
});

test("currencies are never added up", () => {
  const all = [place("a"), place("b", { currency: "MXN", sales: 90000 }), place("c", { sales: 400 })];
  assert.deepEqual(runningTotal(all, [17, 18, 19], "USD"), [200, 200, 600]);
  assert.deepEqual(runningTotal(all, [17, 18, 19], "MXN"), [100, 100, 300]);
  assert.deepEqual(sorted({ restaurants: [place("n", { currency: "", sales: 0 }), ...all], totals: [{ currency: "USD" }, { currency: "MXN" }] }), ["c", "a", "b", "n"]);
  assert.deepEqual(sorted({ restaurants: all, totals: [{ currency: "USD" }, { currency: "MXN" }] }), ["c", "a", "b"]);
});

test("rows do not move under the pointer", () => {
  assert.deepEqual(nextOrder(["a", "b"], ["b", "a", "c"], true), ["a", "b", "c"]);
  assert.deepEqual(nextOrder(["a", "b"], ["b", "a", "c"], false), ["b", "a", "c"]);
  assert.deepEqual(nextOrder(["a", "b"], ["b"], true), ["b"]);
});

test("midnight is hour 0", () => assert.equal(hourIn(Date.parse("2026-11-25T06:30:00Z"), "America/Chicago"), 0));
