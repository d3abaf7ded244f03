// @ts-check
// Commands on their way to the box. A command stays until the box answered it: with a
// receipt, or with a refusal. It is repeated with the same id, so the box does it once.
//
// A request holds at most one command of an order. The box decides each command by
// itself, and remembers a refusal: were "send" in the request in which "add lines" met
// a full disk, it would be refused for ever, and the lines would never be cooked.
//
// Pure: how to post, wait and keep is handed in.

/** @typedef {import("./commands.js").Command} Command */

/**
 * @typedef {object} Entry
 * @property {Command} command
 * @property {string} chain entries of one chain need each other: a refusal drops the rest
 */

/**
 * @typedef {object} Answer
 * @property {string} id of the command
 * @property {number} [seq] the receipt: safe on the box under this number
 * @property {Refusal} [problem]
 * @property {boolean} [dropped] never posted, because one before it in the chain was refused
 */

/**
 * @typedef {object} Refusal
 * @property {number} status
 * @property {string} message for the person
 * @property {string} [code] for the page
 * @property {{location?: string, message?: string}[]} errors
 */

/**
 * Where entries are kept until they are answered. IndexedDB will be one more of these.
 * @typedef {object} Store
 * @property {() => Promise<Entry[]>} load what is left from before, in order
 * @property {(entries: Entry[]) => Promise<void>} append
 * @property {(ids: string[]) => Promise<void>} remove by command id
 */

/**
 * A store that lives as long as the page.
 * @returns {Store}
 */
export function memoryStore() {
  /** @type {Entry[]} */
  let kept = [];
  return {
    load: async () => [...kept],
    append: async (entries) => void (kept = [...kept, ...entries]),
    remove: async (ids) => void (kept = kept.filter((e) => !ids.includes(e.command.id))),
  };
}

/**
 * What a post came to. later: nobody knows, or not now. wait: nobody is signed in, until
 * wake(). refusal: the box refused the request as a whole.
 * @typedef {{answers: Answer[]} | {later: true} | {wait: true} | {refusal: Refusal}} Posted
 */

/**
 * @typedef {object} Ways
 * @property {Store} store
 * @property {(commands: Command[]) => Promise<Posted>} post never throws
 * @property {(command: Command, answer: Answer) => void} settled the command has left the outbox
 * @property {(waiting: number, stuck: boolean) => void} changed how many are left, and whether the last try failed
 * @property {(ms: number) => Promise<void>} pause between tries; may end early
 */

const most = 50; // the box takes no more in one request

/**
 * What may go in one request: in order, at most one command of an order.
 * @param {Entry[]} waiting
 * @param {number} limit
 * @returns {Entry[]}
 */
export function batch(waiting, limit = most) {
  /** @type {Set<string>} */
  const orders = new Set();
  const first = waiting.filter((e) => !orders.has(e.command.order) && orders.add(e.command.order));
  return first.slice(0, limit);
}

/** @param {Ways} ways */
export function createOutbox(ways) {
  /** @type {Entry[]} */
  let waiting = [];
  let running = false;
  let stuck = false;
  let alone = false; // one command a request: finds the one for which the box refuses requests

  const changed = () => ways.changed(waiting.length, stuck);

  /** @param {Entry} entry @param {Answer} answer */
  async function settle(entry, answer) {
    const rest = answer.problem ? waiting.filter((e) => e !== entry && e.chain === entry.chain) : [];
    const gone = [entry, ...rest];
    waiting = waiting.filter((e) => !gone.includes(e));
    await ways.store.remove(gone.map((e) => e.command.id));
    ways.settled(entry.command, answer);
    for (const e of rest) ways.settled(e.command, { id: e.command.id, dropped: true });
  }

  /** One request. @returns {Promise<"on" | "later" | "wait">} */
  async function once() {
    const entries = batch(waiting, alone ? 1 : most);
    const posted = await ways.post(entries.map((e) => e.command));
    if ("wait" in posted) return "wait";
    if ("later" in posted) return "later";
    if ("refusal" in posted) {
      if (entries.length > 1) alone = true;
      else await settle(entries[0], { id: entries[0].command.id, problem: posted.refusal });
      return "on";
    }
    alone = false;
    const answers = new Map(posted.answers.map((a) => [a.id, a]));
    let all = true;
    for (const entry of entries) {
      const answer = answers.get(entry.command.id);
      // Silence, "not now" and "nobody knows" are repeated under the same id.
      if (answer && (answer.seq !== undefined || final(answer.problem))) await settle(entry, answer);
      else all = false;
    }
    return all ? "on" : "later";
  }

  async function run() {
    if (running) return;
    running = true;
    let tries = 0;
    while (waiting.length > 0) {
      const before = waiting.length;
      const result = await once();
      tries = waiting.length < before ? 0 : tries + 1;
      stuck = result !== "on";
      changed();
      if (result === "wait") break;
      if (result === "later") await ways.pause(Math.min(5000, 250 * 2 ** Math.min(tries, 5)));
    }
    running = false;
  }

  return {
    /** Takes up what is left from before. */
    async open() {
      waiting = [...(await ways.store.load()), ...waiting];
      changed();
      void run();
    },
    /** Keeps commands that need each other, and sends them. @param {Command[]} commands */
    async add(commands) {
      const entries = commands.map((command) => ({ command, chain: commands[0].id }));
      waiting = [...waiting, ...entries];
      changed();
      await ways.store.append(entries);
      void run();
    },
    /** Somebody signed in: go on. */
    wake() {
      void run();
    },
    /** Commands without an answer, in order. */
    waiting: () => waiting.map((e) => e.command),
  };
}

/** @param {Refusal | undefined} problem */
function final(problem) {
  return problem !== undefined && problem.status < 500 && ![401, 408, 429].includes(problem.status);
}
