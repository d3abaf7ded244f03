// @ts-check
// The list of who works here, as one change makes it. Pure.

/**
 * @typedef {{id: string, name: string, role: string}} Person of the document
 *
 * @typedef {object} Known somebody whom the box knows
 * @property {string} id
 * @property {string} name
 * @property {string} role
 * @property {boolean} active false: works here no more
 * @property {boolean} hasPin
 * @property {string} [lockedUntil]
 * @property {string} clock out, in, break
 * @property {string} [job]
 *
 * @typedef {{name?: string, role?: string, pin?: string, all?: string}} Mistakes by field; all: of none of them
 */

/** What somebody can be, by the rights they have. */
export const roles = ["manager", "server", "bartender", "cook", "installer"];

/**
 * The list with one person as they are now: in their place, or behind the others.
 * @param {Person[]} list
 * @param {Person} person
 */
export function withPerson(list, { id, name, role }) {
  const now = { id, name, role };
  return list.some((p) => p.id === id) ? list.map((p) => (p.id === id ? now : p)) : [...list, now];
}

/** @param {Person[]} list @param {string} id */
export function withoutPerson(list, id) {
  return list.filter((p) => p.id !== id);
}

/**
 * What the box says of one person of a list that it refused; of the list as a whole, where
 * it says nothing of them.
 * @param {{message: string, errors: {location?: string, message?: string}[]}} problem
 * @param {number} at their place on the list
 * @returns {Mistakes}
 */
export function mistakes(problem, at) {
  /** @type {Mistakes} */
  const found = {};
  for (const e of problem.errors) {
    const words = sentence((e.message ?? "").replace(/^line \d+: /, "")); // a person sees no lines
    const place = /people\[(\d+)\]\.(\w+)$/.exec(e.location ?? "");
    if (e.location === "body.pin") found.pin = problem.message; // it says the whole
    else if (place && Number(place[1]) === at && (place[2] === "name" || place[2] === "role")) found[place[2]] = words;
    else if (/(^|\.)people$/.test(e.location ?? "")) found.all = words;
  }
  return Object.keys(found).length > 0 ? found : { all: problem.message };
}

/** @param {string} words */
function sentence(words) {
  return words && `${words[0].toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? "" : "."}`;
}

/** @param {string} name "Ana Ruiz" -> "AR" */
export function initials(name) {
  return name.split(/\s+/).filter(Boolean).map((w) => [...w][0]).slice(0, 2).join("").toUpperCase();
}
