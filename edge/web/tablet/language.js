// @ts-check
// In which language this tablet names dishes: of those that the menu has, remembered here.

import { signal } from "../../../sync/ui/kit/html.js";

const key = "tyngo.dishes";

function stored() {
  try {
    return localStorage.getItem(key) ?? "";
  } catch {
    return ""; // storage is forbidden, or this is no browser: the choice lives as long as the page
  }
}

/** BCP 47; empty: as the menu is written. */
export const language = signal(stored());

/** Chooses and remembers. @param {string} next */
export function chooseLanguage(next) {
  language.value = next;
  try {
    localStorage.setItem(key, next);
  } catch {
    // Storage is forbidden: nothing to remember.
  }
}

/** A language in its own words: español. @param {string} tag */
export function languageName(tag) {
  try {
    return new Intl.DisplayNames([tag], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}
