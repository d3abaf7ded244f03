// @ts-check
// What the page of tables says, in English.

import { addWords } from "../../../sync/ui/kit/i18n.js";

/** @type {Record<string, import("../../../sync/ui/kit/i18n.js").Message>} */
export const en = {
  "sum.guests": "Guests at tables",
  "sum.taken": "Tables taken",
  "sum.of": "of {n}",
  "sum.dirty": "To clear",
  "sum.waiting": "Parties waiting",
  "sum.waitingGuests": { one: "{n} guest", other: "{n} guests" },

  "seat.free": "Free",
  "seat.seated": "Seated",
  "seat.ordered": "Ordered",
  "seat.served": "Served",
  "seat.check_printed": "Has the check",
  "seat.dirty": "To clear",

  "floor.guests": { one: "{n} guest", other: "{n} guests" },
  "floor.seats": { one: "{n} seat", other: "{n} seats" },
  "floor.with": "with {tables}",
  "floor.offPlan": "Not on the plan",
  "floor.box": "box {box}",
  "floor.noBox": "No box of this restaurant has joined yet.",
  "floor.noTables": "The plan of this restaurant is not here yet, and nobody sits at a table.",
  "floor.dark": "Dark since {time}: this is how it was then.",
  "floor.never": "Its box was never heard.",
  "floor.waitList": "Wait list",
  "floor.nobodyWaits": "Nobody waits.",
  "floor.told": "told {n} min",
  "floor.toldNothing": "told no time",
};

addWords("en", en);
