// @ts-check
// What the page of documents says, in English.

import { addWords } from "../../../sync/ui/kit/i18n.js";

/** @type {Record<string, import("../../../sync/ui/kit/i18n.js").Message>} */
export const en = {
  "signin.title": "Whose it is",
  "signin.lead": "Menu, venue and staff: who changes them, and what head office would change.",
  "signin.heading": "Sign this page in",
  "signin.hint": "A manager makes a code, or the box prints one. It works once, for ten minutes.",

  "start.asking": "Asking the box",
  "start.title": "The documents cannot be shown",

  "documents.title": "Documents",
  "documents.back": "Back to the tables",
  "documents.lead": "Each has one owner, who alone changes it. What is out, portions and prices of the day stay here, whoever owns the menu.",
  "documents.away": "The box is not answering. Try again in a moment.",
  "documents.notYou": "Only a manager sees this page. Enter your PIN on the tablet first.",
  "documents.offers": { one: "Head office offers another one, with {n} change", other: "Head office offers another one, with {n} changes" },

  "kind.menu": "Menu",
  "kind.venue": "Venue",
  "kind.staff": "Staff",
  "owner.box": "It is changed here, in the restaurant.",
  "owner.hq": "Head office changes it.",
  "owner.pos": "The POS changes it.",

  "give.box": "Take it back",
  "give.hq": "Give to head office",
  "give.pos": "Give to the POS",
  "giveKind.box": "{kind}: take it back",
  "giveKind.hq": "{kind}: give to head office",
  "giveKind.pos": "{kind}: give to the POS",
  "give.not": "Not now",
  "give.again": "Try again",
  "give.off": "It cannot be given away like this.",
  "give.boxWhat": "What is in force stays in force. From then on it is changed here alone, and what head office publishes is an offer.",
  "give.posWhat": "What is in force stays in force. From then on the POS alone changes it.",
  "give.noOffer": "Head office has offered nothing: what is in force stays, until head office publishes another one.",
  "give.same": "Head office offers what is in force already.",
  "give.changes": { one: "Head office's comes in force at once, with {n} change.", other: "Head office's comes in force at once, with {n} changes." },
  "give.moved": "Head office offers another one meanwhile. Look at its changes again.",
  "given.box": "{kind}: it is changed here now.",
  "given.hq": "{kind}: it is head office's now.",
  "given.pos": "{kind}: it is the POS's now.",
};

addWords("en", en);
