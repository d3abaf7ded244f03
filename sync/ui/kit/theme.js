// @ts-check
// Light or dark, per device. theme-boot.js applies the choice before the first paint.

import { signal } from "../lib/signals-core.mjs";

/** @typedef {"auto" | "light" | "dark"} Theme */

const key = "tyngo.theme";

/** @returns {Theme} */
function stored() {
  try {
    const v = localStorage.getItem(key);
    return v === "light" || v === "dark" ? v : "auto";
  } catch {
    return "auto"; // storage is forbidden: the choice lives as long as the page
  }
}

/** The person's choice. */
export const theme = signal(stored());

/**
 * Chooses and remembers.
 * @param {Theme} next
 */
export function chooseTheme(next) {
  theme.value = next;
  if (next === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
  try {
    localStorage.setItem(key, next);
  } catch {
    // Storage is forbidden: nothing to remember.
  }
}
