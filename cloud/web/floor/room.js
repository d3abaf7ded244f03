// @ts-check
// What the tables of a room add up to. Pure: no clock, no page.

/**
 * @typedef {"free" | "seated" | "ordered" | "served" | "check_printed" | "dirty"} State
 * @typedef {{table: string, section?: string, seats?: number, state: State, since?: number, partyId?: string}} Table
 * @typedef {{partyId: string, tables: string[], covers: number, serverName?: string, seatedAt: number, checkAt?: number}} Party
 * @typedef {{partyId: string, number: string, covers: number, minutes: number, since: number}} Waiting
 * @typedef {{box: import("../today/figures.js").Box, tables: Table[], parties: Party[], waiting: Waiting[]}} Room
 * @typedef {{asOf: number, rooms: Room[]}} Floor
 */

/** The sections of a room in the order of its plan; what is not on the plan is last. @param {Room} room */
export function sections(room) {
  /** @type {Map<string, Table[]>} */
  const all = new Map();
  for (const x of room.tables) all.set(x.section ?? "", [...(all.get(x.section ?? "") ?? []), x]);
  return [...all].map(([name, tables]) => ({ name, tables }));
}

/**
 * What a restaurant's rooms add up to. Guests of a party are counted once, however many
 * tables are theirs; nobody knows how many sit where nobody was seated.
 * @param {Room[]} rooms
 */
export function sums(rooms) {
  const tables = rooms.flatMap((r) => r.tables);
  const waiting = rooms.flatMap((r) => r.waiting);
  return {
    guests: rooms.flatMap((r) => r.parties).reduce((n, p) => n + p.covers, 0),
    taken: tables.filter((x) => x.state !== "free" && x.state !== "dirty").length,
    tables: tables.length,
    dirty: tables.filter((x) => x.state === "dirty").length,
    waiting: waiting.length,
    waitingGuests: waiting.reduce((n, w) => n + w.covers, 0),
  };
}
