// @ts-check
// A room: its tables where they stand, where the plan says so, else side by side.

import { html, useEffect, useRef, useState } from "../../../sync/ui/kit/html.js";
import { TableTile } from "./tabletile.js";

const least = 84; // px of the smallest side of a table: a thumb and three short words
const usual = 90; // cm, where the plan does not say how large a table is
const narrow = 600; // px under which a drawn room is too small to read

/** @typedef {import("./state.js").Table} Table */

/**
 * Where tables are drawn, px; null where they are not placed. Pure.
 * @param {Table[]} tables
 * @param {{width: number, height: number}} room px
 * @returns {{width: number, height: number, at: {left: number, top: number, width: number, height: number}[]} | null}
 */
export function drawn(tables, room) {
  if (room.width < narrow || !tables.some((x) => x.x || x.y)) return null;
  const boxes = tables.map((x) => ({ x: x.x ?? 0, y: x.y ?? 0, w: x.width || usual, h: x.height || usual }));
  const left = Math.min(...boxes.map((b) => b.x));
  const top = Math.min(...boxes.map((b) => b.y));
  const wide = Math.max(...boxes.map((b) => b.x + b.w)) - left;
  const high = Math.max(...boxes.map((b) => b.y + b.h)) - top;
  const fit = Math.min(room.width / wide, room.height / high);
  const scale = Math.max(fit, least / Math.min(...boxes.map((b) => Math.min(b.w, b.h))));
  return {
    width: Math.round(wide * scale),
    height: Math.round(high * scale),
    at: boxes.map((b) => ({ left: Math.round((b.x - left) * scale), top: Math.round((b.y - top) * scale), width: Math.round(b.w * scale), height: Math.round(b.h * scale) })),
  };
}

/** Numbers as lengths of CSS. @param {Record<string, any>} box */
function px(box) {
  return Object.fromEntries(Object.entries(box).filter(([, v]) => typeof v === "number").map(([k, v]) => [k, `${v}px`]));
}

/** @param {{tables: Table[]}} props */
export function Plan({ tables }) {
  const frame = useRef(/** @type {HTMLElement | null} */ (null));
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const plan = frame.current?.parentElement;
    if (!plan) return;
    const look = () => setSize({ width: plan.clientWidth - 32, height: plan.clientHeight - 40 });
    const eye = new ResizeObserver(look);
    eye.observe(plan);
    look();
    return () => eye.disconnect();
  }, []);
  const d = drawn(tables, size);
  if (!d) return html`<div class="plan-grid" ref=${frame}>${tables.map((table) => html`<${TableTile} key=${table.table} table=${table} />`)}</div>`;
  return html`<div class="plan-drawn" ref=${frame} style=${px(d)}>
    ${tables.map((table, i) => html`<${TableTile} key=${table.table} table=${table} drawn=${px(d.at[i])} />`)}</div>`;
}
