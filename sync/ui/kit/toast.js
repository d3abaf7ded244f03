// @ts-check
// One short word about what just happened, with one way back. Failures are not
// toasts: they are marks and lights.

import { html, signal } from "./html.js";
import { t } from "./i18n.js";

/**
 * @typedef {object} Toast
 * @property {string} text
 * @property {() => void} [undo] shown as "Undo"
 * @property {number} [id]
 */

/** @type {import("../lib/signals-core.mjs").Signal<Toast | null>} */
const shown = signal(null);
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let last = 0;

/**
 * Shows it in place of the one before, for 5 s.
 * @param {Toast} next
 */
export function toast(next) {
  clearTimeout(timer);
  shown.value = { ...next, id: ++last };
  timer = setTimeout(hideToast, 5000);
}

/** Takes it away. */
export function hideToast() {
  shown.value = null;
}

/** Where toasts appear: once per page. */
export function Toasts() {
  const it = shown.value;
  const undo = () => {
    hideToast();
    it?.undo?.();
  };
  return html`<div class="toasts" role="status" aria-live="polite">
    ${it && html`<div class="toast" key=${it.id}>
      <span>${it.text}</span>
      ${it.undo && html`<button type="button" class="toast-undo" onClick=${undo}>${t("undo")}</button><i class="toast-bar"></i>`}
    </div>`}
  </div>`;
}
