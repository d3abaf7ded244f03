// @ts-check
import { icons } from "../lib/lucide.mjs";
import { html } from "./html.js";

/**
 * A Lucide icon in the colour of the text around it. It is drawn, not spoken: the
 * words stand beside it or in `label`.
 * @param {{name: string, size?: number, label?: string, class?: string}} props
 */
export function Icon({ name, size = 20, label, class: className }) {
  return html`<svg class=${className} width=${size} height=${size} viewBox="0 0 24 24" fill="none" stroke="currentColor"
    stroke-width="2" stroke-linecap="round" stroke-linejoin="round"
    role=${label ? "img" : undefined} aria-label=${label} aria-hidden=${label ? undefined : "true"}>
    ${(icons[name] ?? []).map(([tag, attrs]) => html`<${tag} ...${attrs} />`)}
  </svg>`;
}
