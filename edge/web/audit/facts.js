// @ts-check
// What facts are to a person who reads them. Pure: no clock, no page.

/**
 * @typedef {object} Fact
 * @property {number} seq
 * @property {string} type
 * @property {string} at RFC 3339
 * @property {string} day
 * @property {string} command
 * @property {string} [staff]
 * @property {string} [device]
 * @property {string} [approvedBy] whose word it was done with
 * @property {any} data
 *
 * @typedef {{staff: string, device: string, order: string, day: string, type: string}} Filter
 */

/** No filter at all. @type {Filter} */
export const all = { staff: "", device: "", order: "", day: "", type: "" };

/** The families of facts, as the filter names them. */
export const families = ["order.", "approval.", "table.", "waitlist.", "guest.", "visit.", "kitchen.", "menu.", "inventory.", "venue.", "staff.", "device.", "document.", "directive.", "clock.", "box."];

/** "order.line_added" as people read it: "line added". @param {string} type */
export const what = (type) => type.slice(type.indexOf(".") + 1).replaceAll("_", " ");

/** "order.line_added" -> "order" @param {string} type */
export const family = (type) => type.slice(0, type.indexOf("."));

/** The order that a fact is about; empty: none. @param {Fact} f */
export function orderOf(f) {
  const o = f.data?.order;
  return typeof o === "string" ? o : "";
}

/**
 * The query that asks for facts.
 * @param {Filter} filter
 * @param {number} [before]
 */
export function query(filter, before) {
  const q = new URLSearchParams();
  for (const [k, v] of Object.entries(filter)) if (v) q.set(k, v);
  if (before) q.set("before", String(before));
  q.set("limit", "100");
  return q.toString();
}

/** A filter from the address of the page, so that a link shows what its writer saw. @param {string} search */
export function fromAddress(search) {
  const q = new URLSearchParams(search);
  const f = { ...all };
  for (const k of /** @type {(keyof Filter)[]} */ (Object.keys(all))) f[k] = q.get(k) ?? "";
  return f;
}

/**
 * Names of devices, from the facts that brought them here.
 * @param {Fact[]} facts
 * @returns {Map<string, string>}
 */
export function deviceNames(facts) {
  /** @type {Map<string, string>} */
  const names = new Map();
  for (const f of facts) if (f.type === "device.introduced" && f.data?.device) names.set(f.data.device, f.data.name ?? "");
  return names;
}
