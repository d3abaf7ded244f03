// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { boxName, formOf, standings } from "./kinds.js";

/** @type {import("./kinds.js").InForce} */
const now = { box: "b1", kind: "menu", sha256: "new", owner: "hq", since: 500, here: true };
/** @type {import("./kinds.js").Wish} */
const wish = { directive: "d", box: "b1", kind: "document.publish", made: 400, by: "Ana", body: { kind: "menu", sha256: "new" }, state: "applied" };
const boxes = [{ id: "b1", state: "online" }, { id: "b2", state: "dark" }];

test("a publication stands at each box where it stands", () => {
  /** @param {Partial<import("./kinds.js").Wish>} w @param {Partial<import("./kinds.js").InForce>} [f] */
  const one = (w, f = {}) => standings("menu", [{ ...now, ...f }], [{ ...wish, ...w }], boxes).map((s) => s.state).join();
  assert.equal(one({}), "arrived");
  assert.equal(one({ state: "waiting" }, { sha256: "old", since: 100 }), "waiting");
  assert.equal(one({ state: "waiting", box: "b2" }), "dark");
  assert.equal(one({}, { sha256: "old", since: 100 }), "fetching");
  assert.equal(one({}, { sha256: "newer" }), "replaced");
  assert.equal(one({ state: "refused", reason: "no" }, { sha256: "old" }), "refused");
  assert.equal(one({ state: "expired" }, { sha256: "old" }), "expired");
  assert.equal(one({ kind: "menu.set_availability" }), "");
  assert.equal(one({ body: { kind: "venue", sha256: "new" } }), "");
});

test("the newest wish of a box counts", () => {
  const list = standings("menu", [now], [{ ...wish, state: "waiting", body: { kind: "menu", sha256: "newest" } }, wish], boxes);
  assert.deepEqual(list.map((s) => [s.box, s.state]), [["b1", "waiting"]]);
});

test("a box is called by the end of its id", () => assert.equal(boxName("0198f000-0000-7000-8000-00000000e1f2"), "e1f2"));

test("a table of dishes is a form of the menu alone", () => {
  assert.deepEqual(["a.json", "Items.CSV", "items.csv.json", "items"].map((f) => formOf("menu", f).at), ["/documents/menu", "/documents/menu/items.csv", "/documents/menu", "/documents/menu"]);
  assert.equal(formOf("venue", "items.csv").type, "application/json");
});
