// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { createIdle } from "./idle.js";

test("a tablet is idle a minute after the last touch", () => {
  let now = 1000;
  const idle = createIdle(60_000, [() => now]);
  now += 59_999;
  assert.equal(idle.due(), false);
  idle.touched();
  now += 59_999;
  assert.equal(idle.due(), false);
  now += 1;
  assert.equal(idle.due(), true);
});

test("a clock that stands still, or is set back, keeps no tablet open", () => {
  let awake = 1000;
  let wall = 1_800_000_000_000;
  const idle = createIdle(60_000, [() => awake, () => wall]);
  wall += 60_000; // it slept
  assert.equal(idle.due(), true);
  idle.touched();
  wall -= 3_600_000;
  awake += 60_000;
  assert.equal(idle.due(), true);
});
