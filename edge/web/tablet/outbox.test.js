import assert from "node:assert/strict";
import test from "node:test";
import { batch, createOutbox, memoryStore } from "./outbox.js";

const cmd = (id, order = "o1", type = "order.send") => ({ id, type, order, data: {} });

/** A box that remembers what it did, and a line that the test breaks. */
function world(script) {
  const done = new Map();
  const posts = [];
  const settled = [];
  const changes = [];
  let calls = 0;
  const outbox = createOutbox({
    store: memoryStore(),
    async post(commands) {
      posts.push(commands.map((c) => c.id));
      const fate = script(++calls, commands) ?? "ok";
      if (fate === "lost") return { later: true };
      if (fate === "wait") return { wait: true };
      if (typeof fate === "object") return fate;
      const answers = commands.map((c) => {
        if (!done.has(c.id)) done.set(c.id, done.size + 1);
        return { id: c.id, seq: done.get(c.id) };
      });
      return fate === "done-but-lost" ? { later: true } : { answers };
    },
    settled: (c, a) => settled.push([c.id, a.seq ?? (a.dropped ? "dropped" : a.problem.message)]),
    changed: (n, stuck) => changes.push([n, stuck]),
    pause: async () => {},
  });
  const empty = async () => { for (let i = 0; i < 1000 && outbox.waiting().length > 0; i++) await new Promise((r) => setImmediate(r)); };
  return { outbox, done, posts, settled, changes, empty };
}

const refusal = (message, status = 422) => ({ status, message, errors: [] });

test("a request holds one command of an order, and at most 50", () => {
  const entry = (id, order) => ({ command: cmd(id, order), chain: id });
  assert.deepEqual(batch([entry("1", "a"), entry("2", "a"), entry("3", "b")]).map((e) => e.command.id), ["1", "3"]);
  assert.equal(batch(Array.from({ length: 80 }, (_, i) => entry(`${i}`, `o${i}`))).length, 50);
});

test("commands arrive in order, each once, however often the answer is lost", async () => {
  for (let seed = 1; seed <= 200; seed++) {
    let s = seed;
    const random = () => (s = (s * 48271) % 2147483647) / 2147483647;
    const w = world(() => (random() < 0.3 ? "lost" : random() < 0.4 ? "done-but-lost" : "ok"));
    await w.outbox.add([cmd("1"), cmd("2"), cmd("3")]);
    await w.outbox.add([cmd("x", "o2")]);
    await w.empty();
    assert.equal(w.done.size, 4);
    assert.deepEqual(w.settled.map(([id]) => id).filter((id) => id !== "x"), ["1", "2", "3"]);
    assert.ok(w.done.get("1") < w.done.get("2") && w.done.get("2") < w.done.get("3"), `seed ${seed}`);
  }
});

test("a refusal drops the rest of its chain and nothing else", async () => {
  const w = world((_, cs) => (cs[0].id === "2" ? { answers: [{ id: "2", problem: refusal("Sold out.") }] } : "ok"));
  await w.outbox.add([cmd("1"), cmd("2"), cmd("3")]);
  await w.outbox.add([cmd("4")]);
  await w.empty();
  assert.deepEqual(w.settled, [["1", 1], ["2", "Sold out."], ["3", "dropped"], ["4", 2]]);
  assert.deepEqual([...w.done.keys()], ["1", "4"]);
});

test("'not now' and 'nobody knows' are repeated under the same id", async () => {
  const w = world((n, cs) => (n <= 2 ? { answers: [{ id: cs[0].id, problem: refusal("Disk full.", 503) }] } : "ok"));
  await w.outbox.add([cmd("1"), cmd("2")]);
  await w.empty();
  assert.deepEqual(w.posts, [["1"], ["1"], ["1"], ["2"]]);
  assert.ok(w.changes.some(([n, stuck]) => n === 2 && stuck));
  assert.deepEqual(w.changes.at(-1), [0, false]);
});

test("without a session it waits until somebody signs in", async () => {
  let signedIn = false;
  const w = world(() => (signedIn ? "ok" : "wait"));
  await w.outbox.add([cmd("1")]);
  await new Promise((r) => setTimeout(r, 5));
  assert.equal(w.posts.length, 1);
  signedIn = true;
  w.outbox.wake();
  await w.empty();
  assert.deepEqual(w.settled, [["1", 1]]);
});

test("one bad command does not hold up the others", async () => {
  const w = world((_, cs) => (cs.some((c) => c.id === "bad") ? { refusal: refusal("Not understood.", 400) } : "ok"));
  await w.outbox.add([cmd("1", "a")]);
  await w.outbox.add([cmd("bad", "b")]);
  await w.outbox.add([cmd("2", "c")]);
  await w.empty();
  assert.deepEqual(new Map(w.settled).get("bad"), "Not understood.");
  assert.deepEqual([...w.done.keys()].sort(), ["1", "2"]);
});

test("what a store kept from before goes first", async () => {
  const kept = memoryStore();
  await kept.append([{ command: cmd("old"), chain: "old" }]);
  const posts = [];
  const outbox = createOutbox({
    store: kept,
    post: async (cs) => (posts.push(cs[0].id), { answers: cs.map((c, i) => ({ id: c.id, seq: i + 1 })) }),
    settled() {}, changed() {}, pause: async () => {},
  });
  await outbox.open();
  await outbox.add([cmd("new")]);
  for (let i = 0; i < 100 && outbox.waiting().length > 0; i++) await new Promise((r) => setImmediate(r));
  assert.deepEqual(posts, ["old", "new"]);
  assert.deepEqual(await kept.load(), []);
});
