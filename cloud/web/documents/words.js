// @ts-check
// What the page of documents says, in English.

import { addWords } from "../../../sync/ui/kit/i18n.js";

/** @type {Record<string, import("../../../sync/ui/kit/i18n.js").Message>} */
export const en = {
  "documents.lead": "What a restaurant sells, is, and who works there",
  "documents.away": "Head office is not answering. This page goes on by itself when it does.",
  "documents.when": "{day}, {time}",
  "documents.since": "In force since {when}",
  "documents.none": "There is none yet.",
  "documents.box": "box {box}",
  "documents.coming": "On its way here",
  "file.json": "Download",
  "file.csv": "Items as a table",
  "documents.choose": "Choose a file",
  "documents.chooseLabel": "Choose a file to publish: {kind}",
  "documents.published": "Published {when}",

  "kind.menu": "Menu",
  "kind.menu.what": "Items, prices, modifiers, dayparts.",
  "kind.venue": "Venue",
  "kind.venue.what": "Name, address, hours, stations, printers, tables.",
  "kind.staff": "Staff",
  "kind.staff.what": "Who works there, and as what. PINs stay in the restaurant.",

  "owner.box": "The restaurant's",
  "owner.hq": "Head office's",
  "owner.pos": "The POS's",
  "from.box": "from the restaurant",
  "from.hq": "from head office",
  "from.pos": "from the POS",
  "note.box": "The restaurant changes it. To have it changed here, a manager gives it to head office at the box; what would change is shown first.",
  "note.pos": "The POS of the restaurant changes it. A manager can give it to another owner at the box.",

  "standing.waiting": "On its way",
  "standing.dark": "Goes when the box is back",
  "standing.fetching": "Being fetched",
  "standing.arrived": "In force",
  "standing.refused": "Refused",
  "standing.expired": "Too late",
  "standing.replaced": "Replaced since",

  "publish.title": "Publish: {kind}",
  "publish.lead": "{file}, for {name}",
  "publish.cancel": "Cancel",
  "publish.again": "Try again",
  "publish.go": { one: "Publish to {n} box", other: "Publish to {n} boxes" },
  "publish.checking": "Checking the file",
  "publish.offMistakes": "Mend the file first, and choose it again.",
  "publish.same": "This is what is in force already.",
  "publish.changes": { one: "{n} change", other: "{n} changes" },
  "publish.dark": { one: "{n} box is away: it goes there when the box is back", other: "{n} boxes are away: it goes there when they are back" },
  "publish.done": "{kind} published. It is on its way.",
  "publish.later": "{kind} published. It goes when the box is back.",
};

addWords("en", en);
