// @ts-check
import { cls, html } from "./html.js";

/**
 * A dish. It keeps its place for ever: sold out greys it where it stands.
 * @param {{name: string, price: string, hue: number, soldOut?: string, onClick: () => void} & Record<string, any>} props
 *   hue is the category's, 1..10; soldOut holds the words shown in place of the price
 */
export function Tile({ name, price, hue, soldOut, onClick, ...rest }) {
  return html`<button ...${rest} type="button" class=${cls("tile", `hue-${hue}`, soldOut && "sold-out")}
    aria-disabled=${soldOut ? "true" : undefined} onClick=${onClick}>
    <span class="tile-name">${name}</span>
    <span class="tile-foot num">${soldOut || price}</span>
  </button>`;
}
