// @ts-check
// Small charts in plain SVG. Bars start at zero; what is not known is hatched, never zero.

import { cls, html, useId } from "./html.js";

/**
 * Bars of one series. null is "not known".
 * @param {{values: (number | null)[], titles?: string[], label: string, max?: number, width?: number, height?: number,
 *   gap?: number, widest?: number, spread?: boolean, dim?: boolean}} props spread: over the whole width
 */
export function Bars({ values, titles = [], label, max, width = 82, height = 24, gap = 2, widest = 44, spread, dim }) {
  const hatch = useId();
  const top = max ?? Math.max(1, ...values.map((v) => v ?? 0));
  const bar = Math.min(widest, (width + gap) / Math.max(1, values.length) - gap);
  const step = spread ? (width - bar) / Math.max(1, values.length - 1) : bar + gap;
  return html`<svg class=${cls("bars", dim && "dim")} width=${width} height=${height} viewBox="0 0 ${width} ${height}" role="img" aria-label=${label}>
    ${values.some((v) => v === null) && html`<${Hatch} id=${hatch} />`}
    ${values.map((v, i) => {
      const h = v === null ? height : v <= 0 ? 1 : Math.max(2.5, (v / top) * height);
      return html`<rect key=${i} x=${i * step} y=${height - h} width=${bar} height=${h} rx=${Math.min(2, bar / 3)}
        fill=${v === null ? `url(#${hatch})` : undefined}>${titles[i] && html`<title>${titles[i]}</title>`}</rect>`;
    })}
  </svg>`;
}

/**
 * A line over time.
 * @param {{values: number[], label: string, width?: number, height?: number}} props
 */
export function Spark({ values, label, width = 150, height = 34 }) {
  const top = Math.max(1, ...values);
  const step = values.length > 1 ? (width - 2) / (values.length - 1) : 0;
  const points = values.map((v, i) => `${(1 + i * step).toFixed(1)},${(height - 2 - (v / top) * (height - 4)).toFixed(1)}`);
  return html`<svg class="spark" width="100%" height=${height} viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-label=${label}>
    ${points.length > 1 && html`<polyline points=${points.join(" ")} vector-effect="non-scaling-stroke" />`}
  </svg>`;
}

/**
 * Figures by row and column: the deeper, the more. null is "not known".
 * @param {{rows: {name: string, values: (number | null)[]}[], columns: string[], title: (row: number, column: number) => string, label: string}} props
 */
export function Heat({ rows, columns, title, label }) {
  const top = Math.max(1, ...rows.flatMap((r) => r.values.map((v) => v ?? 0)));
  /** @param {number | null} v */
  const level = (v) => (v === null ? "none" : v <= 0 ? 0 : Math.min(4, Math.ceil((v / top) * 4)));
  return html`<table class="heat" aria-label=${label}>
    <tbody>${rows.map((r, y) => html`<tr key=${r.name}>
      <th scope="row" class="clip">${r.name}</th>
      ${r.values.map((v, x) => html`<td key=${x}><i class="heat-cell heat-${level(v)}" title=${title(y, x)}></i><span class="spoken">${title(y, x)}</span></td>`)}
    </tr>`)}</tbody>
    <tfoot><tr><td></td>${columns.map((c, x) => html`<td key=${x} class="num">${c}</td>`)}</tr></tfoot>
  </table>`;
}

/** @param {{id: string}} props */
function Hatch({ id }) {
  return html`<defs><pattern id=${id} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
    <path d="M0 0V6" class="hatch-line" /></pattern></defs>`;
}
