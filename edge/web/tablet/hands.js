// @ts-check
// Whose dishes are on the screen. What somebody typed and did not send is shown to them
// alone: it is put aside while another person works here, and comes back with them, at
// the place where they were.

import { batch as together } from "../../../sync/ui/kit/html.js";
import * as state from "./state.js";

/** @typedef {{drafts: Record<string, import("./cart.js").Draft[]>, screen: typeof state.screen.value}} Place */

/** What people left who do not work here now. @type {Map<string, Place>} */
const aside = new Map();

/** Whose dishes are on the screen; "": nobody entered a PIN. */
let hands = "";

/** Takes who works here, as the box tells it. @param {import("./state.js").Me} me */
export function keepMe(me) {
  together(() => {
    state.me.value = me;
    const person = me.person?.personId ?? "";
    if (person === hands || (person === "" && me.role === "tablet")) return; // nobody sees what they left
    handOver(person);
  });
}

/** @param {string} person */
function handOver(person) {
  const drafts = state.drafts.value;
  const shown = state.screen.value;
  const mine = aside.get(person);
  aside.delete(person);
  if (hands !== "") {
    aside.set(hands, { drafts, screen: shown.name === "order" ? shown : { name: "floor" } });
    state.drafts.value = mine?.drafts ?? {};
    state.screen.value = mine?.screen ?? { name: "floor" };
  } else if (mine) { // what nobody in person rang is theirs now, too
    const keys = [...new Set([...Object.keys(drafts), ...Object.keys(mine.drafts)])];
    state.drafts.value = Object.fromEntries(keys.map((key) => [key, [...(drafts[key] ?? []), ...(mine.drafts[key] ?? [])]]));
    state.screen.value = mine.screen;
  }
  hands = person;
}

/** Dishes of people who do not work here now. */
export function putAside() {
  return [...aside.values()].flatMap((place) => Object.values(place.drafts).flat());
}
