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

/** @typedef {{at: string, type: string, file: string, ending: string}} Form at: below the restaurant; type: of the file; file: as it is saved */

/** The forms in which a document of a kind is read and published; whole is the first. @param {string} kind @returns {Form[]} */
export function forms(kind) {
  const whole = { at: `/documents/${kind}`, type: "application/json", file: `${kind}.json`, ending: "json" };
  return kind === "menu" ? [whole, { at: "/documents/menu/items.csv", type: "text/csv", file: "items.csv", ending: "csv" }] : [whole];
}

/** The form of a file that somebody chose, by its ending. @param {string} kind @param {string} file */
export const formOf = (kind, file) => forms(kind).find((f) => file.toLowerCase().endsWith(`.${f.ending}`)) ?? forms(kind)[0];

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
