// @ts-check
import { cls, html } from "./html.js";

/**
 * @template T
 * @typedef {object} Column
 * @property {string} key
 * @property {string} title
 * @property {boolean} [number] set right, tabular
 * @property {(row: T) => import("./html.js").Child} cell
 */

/**
 * A table of head office: hairlines, numbers right, the first column a little heavier.
 * @param {{label: string, columns: Column<any>[], rows: any[], rowKey: (row: any) => string, rowClass?: (row: any) => string | false,
 *   foot?: import("./html.js").Child} & Record<string, any>} props
 */
export function Table({ label, columns, rows, rowKey, rowClass, foot, ...rest }) {
  return html`<table ...${rest} class="table" aria-label=${label}>
    <thead><tr>${columns.map((c) => html`<th key=${c.key} scope="col" class=${cls(`col-${c.key}`, c.number && "number")}>${c.title}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<tr key=${rowKey(row)} data-row=${rowKey(row)} class=${(rowClass && rowClass(row)) || undefined}>
      ${columns.map((c, i) => i === 0
        ? html`<th key=${c.key} scope="row" class="col-${c.key}">${c.cell(row)}</th>`
        : html`<td key=${c.key} class=${cls(`col-${c.key}`, c.number && "number num")}>${c.cell(row)}</td>`)}
    </tr>`)}</tbody>
    ${foot && html`<tfoot>${foot}</tfoot>`}
  </table>`;
}
