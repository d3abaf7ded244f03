// @ts-check
// What the shared components say, in English.

import { addWords } from "./i18n.js";

/** @type {Record<string, import("./i18n.js").Message>} */
export const en = {
  "mark.draft": "Not sent yet, on this tablet",
  "mark.safe": "Safe on the box",
  "mark.paper": "The kitchen has it on paper",
  "mark.problem": "Needs you",
  "mark.maybe": "Maybe printed",

  "light.box": "Box",
  "light.kitchen": "Kitchen",
  "light.cards": "Cards",
  "light.hq": "HQ",
  "light.clock": "Clock",
  "light.lan": "Network",
  "light.ok": "working",
  "lights.allGood": "All good",
  "lights.title": "What works right now",
  "lights.open": "Show what works right now",
  "lights.since": "since {time}",
  "lights.hqAway": "Everything works. Head office catches up by itself.",

  "age.now": "now",
  "age.days": { one: "{n} day", other: "{n} days" },

  "changes.where": "Where",
  "changes.was": "Was",
  "changes.will": "Will be",
  "changes.new": "new",
  "changes.gone": "gone",
  "changes.more": { one: "And {n} more.", other: "And {n} more." },
  "mistakes.n": { one: "{n} mistake. Nothing is changed.", other: "{n} mistakes. Nothing is changed." },

  "undo": "Undo",
  "stepper.less": "One less",
  "stepper.more": "One more",

  "theme.auto": "Auto",
  "theme.light": "Light",
  "theme.dark": "Dark",
  "theme.label": "Appearance",

  "signin.code": "Code",
  "signin.go": "Sign in",
  "signin.incomplete": "A code has ten letters or digits, such as ABCDE-FGHJK.",
  "signin.wrong": "This code is wrong, too old or was used already. Ask for a new one.",
  "signin.tooMany": "Too many tries. Wait one minute, then try again.",
  "signin.away": "No answer. Check that this device is on the restaurant's network, then try again.",
  "signin.failed": "This did not work. Try again.",
};

addWords("en", en);
