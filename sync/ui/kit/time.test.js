import assert from "node:assert/strict";
import test from "node:test";
import "./words.js";
import { age, clock, dayName, exactAge, hourName, learnClock, serverNow, tableAge } from "./time.js";

const chicago = { zone: "America/Chicago", locale: "en-US" };
const at = Date.parse("2026-11-25T01:42:08Z");

test("times are in the venue's zone and writing", () => {
  assert.equal(clock(at, chicago), "7:42 pm");
  assert.equal(clock(at, chicago, { seconds: true }), "7:42:08 pm");
  assert.equal(clock(at, { zone: "Europe/Berlin", locale: "de-DE" }), "2:42");
  assert.equal(hourName(8), "8 am");
  assert.equal(hourName(20, "de-DE"), "20");
  assert.equal(dayName("2026-11-24"), "Tue 24 Nov");
});

test("ages grow coarser", () => {
  assert.equal(age(400), "0.4 s");
  assert.equal(age(12_400), "12 s");
  assert.equal(age(48 * 60_000), "48 min");
  assert.equal(age(100 * 60_000), "1 h 40");
  assert.equal(age(50 * 3600_000), "2 days");
  assert.equal(exactAge(72_000), "1 min 12 s");
  assert.equal(tableAge(20_000), "now");
  assert.equal(tableAge(37 * 60_000), "37 min");
});

test("the server's clock is learnt, and jitter below its second does not move it", () => {
  const here = Date.now();
  learnClock(new Date(here + 3600_000).toUTCString(), here, here + 20);
  const first = serverNow() - Date.now();
  assert.ok(Math.abs(first - 3600_000) < 1600, String(first));
  learnClock(new Date(here + 3600_900).toUTCString(), here, here + 20);
  assert.equal(Math.round((serverNow() - Date.now()) / 100), Math.round(first / 100));
  learnClock(null, here, here);
  learnClock("nonsense", here, here);
});
