// @ts-check
import { cls, html } from "./html.js";
import { Mark } from "./mark.js";

/**
 * One line of a ticket: mark, quantity, name with what belongs to it, price.
 * @param {{mark: import("./mark.js").MarkState, quantity: number, name: string, details?: string[], problem?: string,
 *   price: string, class?: string, onClick?: () => void, children?: import("./html.js").Child} & Record<string, any>} props
 */
export function Line({ mark, quantity, name, details = [], problem, price, class: className, onClick, children, ...rest }) {
  const inside = html`
    <${Mark} state=${mark} />
    <span class="line-quantity num">${quantity}</span>
    <span class="line-words">
      <span class="line-name">${name}</span>
      ${problem && html`<span class="line-problem">${problem}</span>`}
      ${details.length > 0 && html`<span class="line-details">${details.join(" · ")}</span>`}
    </span>
    <span class="line-price num">${price}</span>`;
  return html`<li ...${rest} class=${cls("line", problem && "has-problem", className)}>
    ${onClick
      ? html`<button type="button" class="line-inside" onClick=${onClick}>${inside}</button>`
      : html`<div class="line-inside">${inside}</div>`}
    ${children}
  </li>`;
}
