// @ts-check
import { cls, html } from "../../../sync/ui/kit/html.js";
import { Icon } from "../../../sync/ui/kit/icons.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { money, toMinor } from "../../../sync/ui/kit/money.js";
import { minute } from "../../../sync/ui/kit/ticker.js";
import { tableAge } from "../../../sync/ui/kit/time.js";
import { openTable } from "./acts.js";
import { dishes } from "./cart.js";
import { troubled } from "./marks.js";
import { notSent } from "./settle.js";
import * as state from "./state.js";

/** @typedef {"free" | "drafting" | "open" | "placed" | "preparing" | "ready" | "served"} TableState */

/** @type {Record<TableState, string>} */
const icons = { free: "", drafting: "armchair", open: "armchair", placed: "cooking-pot", preparing: "cooking-pot", ready: "bell", served: "check" };

/** What the box will charge for these orders, minor units. @param {import("./state.js").Order[]} orders */
export function openTotal(orders) {
  const digits = state.currency.value.digits;
  return orders.reduce((sum, o) => sum + toMinor(o.totalAmount, digits), 0);
}

/**
 * The state of a table: what is most urgent among its orders.
 * @param {import("./state.js").Order[]} orders
 * @param {number} unsent dishes on this tablet
 * @returns {TableState}
 */
export function tableState(orders, unsent) {
  for (const s of /** @type {const} */ (["ready", "preparing", "placed", "open", "served"])) {
    if (orders.some((o) => o.status === s)) return s;
  }
  return unsent > 0 ? "drafting" : "free";
}

/** Dishes of a table that only this tablet knows. @param {string | null} table */
export function unsentAt(table) {
  const keys = new Set([state.draftKey(table, null), ...state.openOrders(table).map((o) => o.orderId)]);
  const drafted = Object.entries(state.drafts.value).filter(([key]) => keys.has(key)).flatMap(([, lines]) => lines);
  const waiting = state.batches.value.filter((b) => b.table === table && !b.safe).flatMap((b) => b.lines);
  return dishes([...drafted, ...waiting]);
}

/** @param {{table: import("./state.js").Table}} props */
export function TableTile({ table }) {
  const orders = state.openOrders(table.table);
  const unsent = unsentAt(table.table);
  const what = tableState(orders, unsent);
  const trouble = orders.some((o) => troubled(o.tickets ?? []).length > 0 || notSent(o.orderId));
  const oldest = orders[0] ? minute.value - Date.parse(orders[0].createdAt) : 0;
  return html`<button type="button" class=${cls("table-tile", `is-${what}`, trouble && "in-trouble")} data-table=${table.table} onClick=${() => openTable(table.table)}>
    <span class="table-top">
      <span class="table-number"><span class="spoken">${t("table.name", { table: "" })}</span>${table.table}</span>
      ${trouble ? html`<span class="table-sign sign-red"><${Icon} name="triangle-alert" /></span>`
        : icons[what] && html`<span class=${cls("table-sign", what === "ready" && "sign-dark")}><${Icon} name=${icons[what]} size=${24} /></span>`}
    </span>
    <span class="table-foot">
      ${what === "free"
        ? html`<span>${table.seats ? t("table.seats", { n: table.seats }) : t("status.free")}</span>`
        : html`<span class="table-row strong"><span>${t(`status.${what}`)}</span>
            ${orders.length > 0 && html`<span class="num">${money(openTotal(orders), state.currency.value, { whole: true })}</span>`}</span>
          <span class="table-row"><span class="nowrap">${orders.length > 0 && tableAge(oldest)}</span>
            ${unsent > 0
              ? html`<span class="table-unsent num"><span aria-hidden="true">○ ${unsent}</span><span class="spoken">${t("floor.drafts", { n: unsent })}</span></span>`
              : orders.length > 1 && html`<span class="clip">${t("floor.orders", { n: orders.length })}</span>`}</span>`}
    </span>
  </button>`;
}
