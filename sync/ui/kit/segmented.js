// @ts-check
import { cls, html } from "./html.js";

/**
 * Two to five views of which one is shown.
 * @param {{label: string, value: string, options: {value: string, text: string}[], onChange: (value: any) => void}} props
 */
export function Segmented({ label, value, options, onChange }) {
  return html`<div class="segmented" role="group" aria-label=${label}>
    ${options.map((o) => html`<button key=${o.value} type="button" class=${cls("segment", o.value === value && "chosen")}
      aria-pressed=${String(o.value === value)} onClick=${() => onChange(o.value)}>${o.text}</button>`)}
  </div>`;
}
