// @ts-check
import { cls, html } from "./html.js";
import { Mark } from "./mark.js";

/**
 * What changes a dish. A text that begins with "no" takes something away.
 * @typedef {{text: string, extra?: boolean}} Detail extra: it costs
 */

/** Removals and additions stand out, as they do on the kitchen's paper. @param {{of: Detail}} props */
function Change({ of }) {
  const no = /^no\s+(.*)/i.exec(of.text);
  if (no) return html`<b>NO</b>\u00a0${no[1]}`;
  return of.extra ? html`<b>+</b>\u00a0${of.text}` : of.text;
}

const many = 4; // changes that take more than one row

/**
 * One line of a ticket: mark, quantity, name with what belongs to it, price.
 * @param {{mark: import("./mark.js").MarkState, quantity: number, name: string, details?: Detail[], problem?: string,
 *   price: string, class?: string, onClick?: () => void, children?: import("./html.js").Child} & Record<string, any>} props
 */
export function Line({ mark, quantity, name, details = [], problem, price, class: className, onClick, children, ...rest }) {
  const inside = html`
    <${Mark} state=${mark} />
    <span class="line-quantity num">${quantity}</span>
    <span class="line-words">
      <span class="line-name">${name}</span>
      ${problem && html`<span class="line-problem">${problem}</span>`}
      ${details.length > 0 && html`<span class="line-details">${details.map((d, i) => html`${i > 0 && " · "}<${Change} of=${d} />`)}</span>`}
    </span>
    <span class="line-price num">${price}</span>`;
  return html`<li ...${rest} class=${cls("line", problem && "has-problem", details.length > many && "line-long", className)}>
    ${onClick
      ? html`<button type="button" class="line-inside" onClick=${onClick}>${inside}</button>`
      : html`<div class="line-inside">${inside}</div>`}
    ${children}
  </li>`;
}
