import assert from "node:assert/strict";
import test from "node:test";
import { newId } from "./id.js";

test("ids are UUIDv7 and rise, also within one millisecond and when the clock goes back", () => {
  let last = "";
  for (let i = 0; i < 10_000; i++) {
    const id = newId(i % 3 === 0 ? 1_800_000_000_000 : 1_800_000_000_000 - i);
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.ok(id > last, `${id} after ${last}`);
    last = id;
  }
});

test("an id begins with its time", () => {
  const id = newId(1_900_000_000_000);
  assert.equal(parseInt(id.slice(0, 13).replace("-", ""), 16), 1_900_000_000_000);
});
