// @ts-check
import { html } from "./html.js";
import { t } from "./i18n.js";

/** @typedef {"draft" | "safe" | "paper" | "problem" | "maybe"} MarkState */

const shapes = {
  draft: () => html`<circle cx="11" cy="11" r="8.2" fill="none" stroke="currentColor" stroke-width="2" />`,
  safe: () => html`<circle cx="11" cy="11" r="9.5" fill="currentColor" /><path d="m7 11.4 2.8 2.8 5.2-5.6" class="mark-tick" />`,
  paper: () => html`<rect x="1" y="2" width="20" height="18" rx="5" fill="currentColor" />
    <path d="m4.6 11.2 2.9 2.9 5-5.6M10.6 13.2l1.3.9 5.2-5.6" class="mark-tick" />`,
  problem: () => html`<path d="M11 2.2 20.6 19.4H1.4Z" fill="currentColor" stroke="currentColor" stroke-width="1.6" stroke-linejoin="round" />
    <path d="M11 8v5M11 16.2v.2" class="mark-tick" />`,
  maybe: () => html`<path d="M11 2.8 20 19H2Z" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round" />
    <path d="M11 8.4v4.4M11 15.8v.2" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" />`,
};

/**
 * How far a line has come: ○ on this tablet, ● safe on the box, ▣ on paper, ! needs you.
 * The shape says it, the colour underlines it, the label speaks it.
 * @param {{state: MarkState}} props
 */
export function Mark({ state }) {
  return html`<svg class="mark mark-${state}" data-mark=${state} width="22" height="22" viewBox="0 0 22 22" role="img" aria-label=${t(`mark.${state}`)}>
    ${shapes[state]()}
  </svg>`;
}
