// @ts-check
import { cls, html } from "./html.js";
import { Icon } from "./icons.js";

/**
 * Something chosen or not: ink with a check when chosen.
 * @param {{chosen: boolean, sub?: string, icon?: string, check?: boolean, class?: string, onClick: () => void,
 *   children?: import("./html.js").Child} & Record<string, any>} props
 */
export function Chip({ chosen, sub, icon, check = true, class: className, onClick, children, ...rest }) {
  return html`<button ...${rest} type="button" class=${cls("chip", chosen && "chosen", className)} aria-pressed=${String(chosen)} onClick=${onClick}>
    ${icon && html`<${Icon} name=${icon} size=${18} />`}
    <span class="chip-words"><span>${children}</span>${sub && html`<small class="num">${sub}</small>`}</span>
    ${chosen && check && html`<${Icon} name="check" size=${14} class="chip-check" />`}
  </button>`;
}
