// @ts-check
// What the audit says, in English.

import { addWords } from "../../../sync/ui/kit/i18n.js";

/** @type {Record<string, import("../../../sync/ui/kit/i18n.js").Message>} */
export const en = {
  "signin.title": "Who did what, and when",
  "signin.lead": "Every fact of this restaurant, as it was written.",
  "signin.heading": "Sign this page in",
  "signin.hint": "A manager makes a code, or the box prints one. It works once, for ten minutes.",

  "start.asking": "Asking the box",
  "start.title": "The audit cannot be shown",

  "audit.title": "Audit",
  "audit.back": "Back to the tables",
  "audit.away": "The box is not answering. Reload this page in a moment.",
  "audit.filters": "What is shown",
  "audit.who": "Person",
  "audit.where": "Device",
  "audit.what": "About",
  "audit.day": "Business day",
  "audit.all": "All",
  "audit.reset": "Show everything",
  "audit.oneOrder": "Order …{order}",
  "audit.takeAway": "of all orders again",
  "audit.loading": "Reading",
  "audit.none": "Nothing that fits.",
  "audit.more": "Show older ones",
  "audit.approvedBy": "approved by {who}",
  "audit.somebody": "Somebody",
  "audit.device": "Device …{device}",
  "audit.itself": "The box",
  "audit.thisOrder": "Only this order",
  "audit.thisPerson": "Only this person",
  "audit.thisDevice": "Only this device",

  "family.order": "Order",
  "family.approval": "Approval",
  "family.table": "Table",
  "family.waitlist": "Wait list",
  "family.guest": "Guests",
  "family.visit": "Ratings",
  "family.payment": "Payment",
  "family.kitchen": "Kitchen",
  "family.menu": "Menu",
  "family.inventory": "Portions",
  "family.venue": "Venue",
  "family.staff": "Staff",
  "family.device": "Device",
  "family.document": "Document",
  "family.directive": "Head office",
  "family.clock": "Clock",
  "family.box": "Box",
};

addWords("en", en);
