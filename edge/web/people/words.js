// @ts-check
// What the page of the people says, in English.

import { addWords } from "../../../sync/ui/kit/i18n.js";

/** @type {Record<string, import("../../../sync/ui/kit/i18n.js").Message>} */
export const en = {
  "signin.title": "Who works here",
  "signin.lead": "The people of this restaurant, what they may do, and their PINs.",
  "signin.heading": "Sign this page in",
  "signin.hint": "A manager makes a code, or the box prints one. It works once, for ten minutes.",

  "start.asking": "Asking the box",
  "start.title": "The people cannot be shown",

  "people.title": "People",
  "people.back": "Back to the tables",
  "people.away": "The box is not answering. Try again in a moment.",
  "people.notYou": "Only a manager sees this page. Enter your PIN on the tablet first.",
  "people.add": "Add somebody",
  "people.none": "Nobody is on the list yet. Begin with a manager.",
  "people.here": { one: "{n} person works here", other: "{n} people work here" },
  "people.gone": "Work here no more",
  "people.noPin": "no PIN yet",
  "people.locked": "PIN locked",
  "people.in": "at work",
  "people.inAs": "at work, {job}",
  "people.break": "on a break",
  "people.change": "Change {name}",
  "people.pin": "Give {name} a PIN",
  "people.bring": "Bring {name} back",
  "people.bringGo": "Bring back",

  "owner.hq": "This list belongs to head office and is changed there. PINs are given here.",

  "role.server": "Server",
  "role.bartender": "Bartender",
  "role.cook": "Cook",
  "role.manager": "Manager",
  "role.installer": "Installer",
  "may.server": "Takes orders, sends them and moves them on.",
  "may.bartender": "Takes orders, sends them and moves them on.",
  "may.cook": "Sees orders, moves them on and puts dishes out.",
  "may.manager": "May do everything, and gives the others their PINs.",
  "may.installer": "Sets up the venue, devices and people. Sees no orders.",

  "form.name": "Name",
  "form.nameHint": "As colleagues say it.",
  "form.role": "Job",
  "form.pin": "New PIN",
  "form.pinHint": "4 to 8 digits. Without one, nobody signs in.",
  "form.pinKeep": "4 to 8 digits. Empty: the PIN stays.",
  "form.save": "Save",
  "form.not": "Not now",
  "form.out": "Take out of service",
  "form.outSure": "Take {name} out of service?",
  "form.outWhat": "They are signed out everywhere at once. What they did stays on record, and they can come back.",
  "form.keep": "Keep",
};

addWords("en", en);
