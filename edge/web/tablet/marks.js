// @ts-check
// How far a line of an order has come, from what the box says about its tickets. Pure.

/** @typedef {import("../../../sync/ui/kit/mark.js").MarkState} MarkState */

/**
 * @typedef {object} Ticket
 * @property {string} ticketId
 * @property {string} number
 * @property {string} station
 * @property {"queued" | "printing" | "printed" | "sent" | "unknown" | "failed"} state
 * @property {string} [printer]
 * @property {string} [problem] words for staff
 */

/**
 * The mark that tickets give to the lines of their order. A ticket does not name its
 * lines, so all tickets must be printed before any line is on paper.
 * @param {Ticket[]} tickets
 * @returns {MarkState}
 */
export function orderMark(tickets) {
  if (tickets.some((t) => t.state === "failed")) return "problem";
  if (tickets.some((t) => t.state === "unknown")) return "maybe";
  if (tickets.length > 0 && tickets.every((t) => t.state === "printed")) return "paper";
  return "safe";
}

/** Tickets that need a person. @param {Ticket[]} tickets */
export function troubled(tickets) {
  return tickets.filter((t) => t.state === "failed" || t.state === "unknown");
}

/**
 * A mark never goes backwards, except to a problem, and a line that was on paper
 * stays there when a later ticket of its order fails.
 * @param {MarkState | undefined} before
 * @param {MarkState} after
 * @returns {MarkState}
 */
export function forward(before, after) {
  return before === "paper" ? "paper" : after;
}
