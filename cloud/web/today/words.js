// @ts-check
// What head office says, in English.

import { addWords } from "../../../sync/ui/kit/i18n.js";

/** @type {Record<string, import("../../../sync/ui/kit/i18n.js").Message>} */
export const en = {
  "signin.title": "All your restaurants, as they are now",
  "signin.lead": "Every order is here within a second while there is a line, and all of them after an outage.",
  "signin.heading": "Sign in to head office",
  "signin.hint": "The program that runs head office prints a code. It works once, for ten minutes.",

  "start.asking": "Asking head office",
  "start.title": "Head office is not answering",
  "start.away": "This page goes on by itself when it answers.",

  "nav.label": "Pages",
  "nav.today": "Today",
  "me.signOut": "Sign out",
  "me.signOutAway": "Head office is not answering. Try again later.",
  "restaurants.n": { one: "{n} restaurant", other: "{n} restaurants" },

  "asOf.none": "As of {time}",
  "asOf.one": "As of {time}, restaurant time",
  "asOf.many": "As of {time} here; hours in each restaurant's time",
  "notLive": "Not live since {time}. Trying again.",
  "csv": "CSV",

  "card.sales": "Net sales",
  "card.orders": "Orders",
  "card.average": "Average check",
  "card.health": "Data health",
  "card.all": { one: "the restaurant, up to now", other: "all {n} restaurants, up to now" },
  "card.until": "{name} until {time}",
  "card.lacking": { one: "{n} restaurant is behind or dark", other: "{n} restaurants are behind or dark" },
  "card.last": "last one {age} ago, {name}",
  "card.none": "none yet",
  "card.highest": "highest {amount}, {name}",
  "card.noData": "no data",
  "card.spark": "Net sales so far, hour by hour",
  "card.orderBars": "Orders by restaurant",
  "card.averageBars": "Average check by restaurant",
  "health.of": "of {n} live",
  "health.oldest": "Oldest waiting {age}",
  "health.within": "All within {age}",
  "health.never": { one: "{n} was never heard", other: "{n} were never heard" },
  "health.none": "No restaurant has joined yet.",

  "state.live": "Live",
  "state.behind": { one: "Behind {n} event, {age}", other: "Behind {n} events, {age}" },
  "state.dark": "Dark {age}",
  "state.never": "Never heard",

  "table.title": "Restaurants",
  "table.sorted": "sorted by net sales",
  "table.restaurant": "Restaurant",
  "table.sales": "Net sales",
  "table.hours": "By hour",
  "table.orders": "Orders",
  "table.average": "Average",
  "table.last": "Last order",
  "table.data": "Data",
  "table.until": "until {time}",
  "table.order": "No. {number}, {total}",
  "table.all": "All {n}",
  "table.allIn": "All {n} in {currency}",
  "table.hour": "{hour}: {amount}",
  "table.unknown": "{hour}: no data",
  "table.empty": "No restaurant has joined yet. Add one where head office runs: it prints the line to set a box up with.",

  "look.title": "Needs a look",
  "look.nothing": "Nothing needs a look.",
  "look.dark": "{name} is dark",
  "look.darkWhat": "Last heard {time}. It keeps serving; figures stop there.",
  "look.behind": { one: "{n} event waiting", other: "{n} events waiting" },
  "look.behindWhat": "{name}. They come by themselves.",
  "look.never": "{name} was never heard",
  "look.neverWhat": "Its box has not joined yet.",
  "look.aside": { one: "{n} event set aside", other: "{n} events set aside" },
  "look.asideWhat": "Kept, not understood here. The rest goes on.",

  "items.title": "Top items",
  "items.empty": "Nothing sold yet.",
  "items.name": "Item",
  "items.quantity": "Sold",
  "items.sales": "Net sales",

  "heat.title": "Net sales by hour",
};

addWords("en", en);
