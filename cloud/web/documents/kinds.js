// @ts-check
// What documents in force and wishes mean. Pure: no clock, no page.

/**
 * @typedef {object} InForce
 * @property {string} box
 * @property {string} kind
 * @property {string} sha256
 * @property {"box" | "hq" | "pos"} owner
 * @property {number} since ms
 * @property {boolean} here false: head office waits for its bytes
 *
 * @typedef {object} Wish
 * @property {string} directive
 * @property {string} box
 * @property {string} kind
 * @property {number} made ms
 * @property {string} by
 * @property {any} body
 * @property {"waiting" | "applied" | "refused" | "expired"} state
 * @property {string} [reason]
 *
 * @typedef {{box: string, state: "waiting" | "dark" | "fetching" | "arrived" | "refused" | "expired" | "replaced", made: number, since?: number, reason?: string}} Standing
 */

/** The kinds, in the order in which they are shown. */
export const kinds = ["menu", "venue", "staff"];

/** What staff call a box: the end of its id. @param {string} id */
export const boxName = (id) => id.slice(-4);

/**
 * How the last publication of a kind stands at each box that was told of it.
 * @param {string} kind
 * @param {InForce[]} inForce
 * @param {Wish[]} wishes the newest first
 * @param {{id: string, state: string}[]} boxes
 * @returns {Standing[]}
 */
export function standings(kind, inForce, wishes, boxes) {
  /** @type {Map<string, Standing>} */
  const out = new Map();
  for (const w of wishes) {
    if (w.kind !== "document.publish" || w.body?.kind !== kind || out.has(w.box)) continue;
    const now = inForce.find((f) => f.kind === kind && f.box === w.box);
    const dark = boxes.find((b) => b.id === w.box)?.state !== "online";
    /** @type {Standing} */
    const s = { box: w.box, state: "expired", made: w.made, reason: w.reason };
    if (now?.sha256 === w.body.sha256) Object.assign(s, { state: "arrived", since: now?.since });
    else if (w.state === "waiting") s.state = dark ? "dark" : "waiting";
    else if (w.state === "refused") s.state = "refused";
    else if (w.state === "applied") s.state = now && now.since > w.made ? "replaced" : "fetching";
    out.set(w.box, s);
  }
  return [...out.values()];
}

/**
 * The places of changes as people know them: the elements of a list by their names
 * where the document has them, and not by their ids.
 * @param {string} text the document
 * @returns {(where: string) => string}
 */
export function places(text) {
  /** @type {Map<string, string>} */
  const names = new Map();
  /** @param {any} v */
  const walk = (v) => {
    if (v === null || typeof v !== "object") return;
    if (typeof v.id === "string" && typeof v.name === "string" && v.name) names.set(v.id, v.name);
    Object.values(v).forEach(walk);
  };
  walk(JSON.parse(text));
  return (where) => where.replace(/\[([0-9a-f-]{36})\]/g, (whole, id) => (names.has(id) ? `[${names.get(id)}]` : whole));
}
