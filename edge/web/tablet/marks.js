// @ts-check
// How far a line of an order has come, from what the box says about its tickets. Pure.

/** @typedef {import("../../../sync/ui/kit/mark.js").MarkState} MarkState */

/**
 * @typedef {object} Ticket
 * @property {string} ticketId
 * @property {string} number
 * @property {"new" | "add_on" | "cancel"} kind
 * @property {string} station
 * @property {string[]} lines lineIds that it asks for
 * @property {"none" | "queued" | "printing" | "printed" | "sent" | "unknown"} state none: a station without a
 *   printer; sent: to a printer that never says what became of it
 * @property {string} [printer]
 * @property {string} [problem] words for staff
 */

/**
 * Whether somebody must look: it waits for a printer that cannot print, or nobody
 * knows whether it came out.
 * @param {Ticket} t
 * @returns {"problem" | "maybe" | null}
 */
export function trouble(t) {
  if (t.state === "unknown") return "maybe";
  return t.state === "queued" && t.problem ? "problem" : null;
}

/**
 * The mark of a line: what the tickets that ask for it say, the worst first.
 * @param {string} line
 * @param {Ticket[]} tickets of its order
 * @returns {MarkState}
 */
export function lineMark(line, tickets) {
  const mine = tickets.filter((t) => t.kind !== "cancel" && t.lines.includes(line));
  const troubles = mine.map(trouble);
  if (troubles.includes("problem")) return "problem";
  if (troubles.includes("maybe")) return "maybe";
  return mine.length > 0 && mine.every((t) => t.state === "printed") ? "paper" : "safe";
}

/** Tickets that need a person. @param {Ticket[]} tickets */
export function troubled(tickets) {
  return tickets.filter(trouble);
}

/** Whether a printer still has to do something for these tickets. @param {Ticket[]} tickets */
export function underWay(tickets) {
  return tickets.some((t) => t.state === "queued" || t.state === "printing");
}

/**
 * The mark of a line of an order. Nobody makes a set menu: its mark is the worst of those
 * of its parts.
 * @param {{lineId: string}} line
 * @param {{items: {lineId: string, partOf?: string}[], tickets?: Ticket[]}} order
 * @returns {MarkState}
 */
export function markOf(line, order) {
  const parts = order.items.filter((l) => l.partOf === line.lineId);
  const marks = (parts.length > 0 ? parts : [line]).map((l) => lineMark(l.lineId, order.tickets ?? []));
  return worst.find((m) => marks.includes(m)) ?? "safe";
}

/** @type {MarkState[]} */
const worst = ["problem", "maybe", "safe", "paper"];
