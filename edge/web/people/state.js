// @ts-check
// What the page knows of the people, and how it changes them.

import { batch, signal } from "../../../sync/ui/kit/html.js";
import { Problem, call, get, signedOut } from "../../../sync/ui/kit/api.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { watchWork } from "../../../sync/ui/kit/idle.js";
import { mistakes, withPerson, withoutPerson } from "./list.js";

/** @template T @typedef {import("../../../sync/ui/lib/signals-core.mjs").Signal<T>} Signal */
/** @typedef {import("./list.js").Known} Known */
/** @typedef {import("./list.js").Person} Person */
/** @typedef {import("./list.js").Mistakes} Mistakes */

const api = "/api/v1";
const list = `${api}/people/document`;

/** @type {Signal<{name: string, role: string, may: string[], person?: {personId: string}, restaurant: {name: string}} | null>} */
export const me = signal(null);
/** @type {Signal<Known[]>} */
export const people = signal([]);
/** Whose the list is: it is changed there alone. @type {Signal<"box" | "hq">} */
export const owner = signal("box");
/** Why nothing is shown. */
export const words = signal("");

/** @param {unknown} err */
function told(err) {
  return err instanceof Problem && err.message ? err.message : t("people.away");
}

export async function start() {
  words.value = "";
  try {
    const who = await get(`${api}/me`);
    if (!who.may.includes("staff.write")) words.value = t("people.notYou");
    else {
      await load();
      me.value = who;
    }
  } catch (err) {
    if (!signedOut.peek()) words.value = told(err);
  }
}

/** Asks who works here. */
export async function load() {
  const [known, whose] = await Promise.all([get(`${api}/people`), get(`${api}/documents`)]);
  batch(() => {
    people.value = known.people;
    owner.value = whose.documents.find((/** @type {{kind: string}} */ d) => d.kind === "staff")?.owner ?? "box";
  });
}

/** The list as it is now; what others changed since stays. @returns {Promise<Person[]>} */
async function inForce() {
  try {
    return (await get(list)).people;
  } catch (err) {
    if (err instanceof Problem && err.code === "no_staff") return [];
    throw err;
  }
}

/** @param {unknown} err @param {number} at @returns {Mistakes} */
function refused(err, at) {
  return err instanceof Problem ? mistakes(err, at) : { all: told(err) };
}

/**
 * Puts somebody on the list, or changes them there; then gives the PIN, where there is one.
 * @param {Person} person
 * @param {{pin: string, changed: boolean}} how changed: the list is another one then
 * @returns {Promise<Mistakes | null>} null: it is done
 */
export async function save(person, { pin, changed }) {
  let at = 0;
  try {
    if (changed) {
      const next = withPerson(await inForce(), person);
      at = next.findIndex((p) => p.id === person.id);
      await call("PUT", list, { people: next });
    }
    if (pin) await call("PUT", `${api}/people/${person.id}/pin`, { pin });
    await load();
    return null;
  } catch (err) {
    await load().catch(() => {}); // the name may be taken and the PIN refused
    return refused(err, at);
  }
}

/** Takes somebody off the list: they work here no more. @param {string} id @returns {Promise<Mistakes | null>} */
export async function takeOut(id) {
  try {
    await call("PUT", list, { people: withoutPerson(await inForce(), id) });
    await load();
    return null;
  } catch (err) {
    return refused(err, -1);
  }
}

/** Who puts the tablet down here works at it no more. */
export const watch = () => watchWork(() => me.peek()?.person !== undefined, () => call("POST", `${api}/people/leave`));
