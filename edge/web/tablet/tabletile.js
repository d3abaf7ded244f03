// @ts-check
import { cls, html, useRef } from "../../../sync/ui/kit/html.js";
import { Icon } from "../../../sync/ui/kit/icons.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { money, toMinor } from "../../../sync/ui/kit/money.js";
import { minute } from "../../../sync/ui/kit/ticker.js";
import { tableAge } from "../../../sync/ui/kit/time.js";
import { openTable } from "./acts.js";
import { dishes } from "./cart.js";
import { troubled } from "./marks.js";
import { mayChoose } from "./choosing.js";
import { placeOf } from "./room.js";
import { notSent } from "./settle.js";
import * as state from "./state.js";
import { chosen } from "./tableacts.js";
import { initials } from "./people.js";

/** @typedef {"free" | "drafting" | "seated" | "open" | "placed" | "preparing" | "ready" | "served" | "check" | "dirty"} TableState */

/** @type {Record<TableState, string>} */
export const icons = { free: "", drafting: "armchair", seated: "armchair", open: "armchair", placed: "cooking-pot", preparing: "cooking-pot", ready: "bell", served: "check", check: "receipt", dirty: "sparkles" };

/** What the box will charge for these orders, minor units. @param {import("./state.js").Order[]} orders */
export function openTotal(orders) {
  const digits = state.currency.value.digits;
  return orders.reduce((sum, o) => sum + toMinor(o.totalAmount, digits), 0);
}

/**
 * The state of a table: what is most urgent among its orders, else what the box says of it.
 * @param {import("./state.js").Order[]} orders
 * @param {number} unsent dishes on this tablet
 * @param {import("./room.js").Place} place
 * @returns {TableState}
 */
export function tableState(orders, unsent, place) {
  if (orders.some((o) => o.status === "ready")) return "ready";
  if (place.state === "check_printed") return "check";
  for (const s of /** @type {const} */ (["preparing", "placed", "open"])) {
    if (orders.some((o) => o.status === s)) return s;
  }
  if (unsent > 0) return "drafting";
  if (place.state === "ordered") return place.party || orders.length > 0 ? "placed" : "free"; // its order is on its way to us
  return place.state;
}

/** How a table is now. @param {string} table */
export function lookAt(table) {
  const orders = state.openOrders(table);
  const unsent = unsentAt(table);
  const place = placeOf(table);
  const theirs = place.party ? place.party.tables.flatMap((x) => state.openOrders(x)) : orders; // joined tables are one party
  const what = tableState(theirs, unsent, place);
  const since = place.since ?? (orders[0] ? Date.parse(orders[0].createdAt) : null);
  const { party } = place;
  const total = party && party.tables[0] === table ? toMinor(party.totalAmount, state.currency.value.digits) : party ? 0 : openTotal(orders);
  return { orders, unsent, place, party, what, since, total: party && total < openTotal(orders) && party.tables.length === 1 ? openTotal(orders) : total };
}

/** Dishes of a table that only this tablet knows. @param {string | null} table */
export function unsentAt(table) {
  const keys = new Set([state.draftKey(table, null), ...state.openOrders(table).map((o) => o.orderId)]);
  const drafted = Object.entries(state.drafts.value).filter(([key]) => keys.has(key)).flatMap(([, lines]) => lines);
  const waiting = state.batches.value.filter((b) => b.table === table && !b.safe).flatMap((b) => b.lines);
  return dishes([...drafted, ...waiting]);
}

const press = 450; // ms of a long press

/**
 * @param {{table: import("./state.js").Table, drawn?: Record<string, string>}} props
 * drawn: where on the plan, as CSS
 */
export function TableTile({ table, drawn }) {
  const { orders, unsent, party, what, since, total } = lookAt(table.table);
  const trouble = orders.some((o) => troubled(o.tickets ?? []).length > 0 || notSent(o.orderId));
  const c = state.choosing.value;
  const may = c ? mayChoose(c, table.table) : true;
  const me = state.me.value?.staffId;
  const held = useRef(/** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined));
  const long = useRef(false);
  const sheet = () => (state.sheetOf.value = table.table);
  const down = () => {
    long.current = false;
    held.current = setTimeout(() => {
      if (state.choosing.value) return;
      long.current = true;
      sheet();
    }, press);
  };
  const up = () => clearTimeout(held.current);
  const tap = () => {
    if (long.current) return void (long.current = false);
    if (c) return may ? chosen(c, table.table) : undefined;
    if (what === "dirty") sheet();
    else openTable(table.table);
  };
  const others = party?.tables.filter((x) => x !== table.table) ?? [];
  const sign = trouble ? "triangle-alert" : icons[what];
  return html`<button type="button" data-table=${table.table} aria-disabled=${may ? undefined : "true"} style=${drawn}
    class=${cls("table-tile", `is-${what}`, trouble && "in-trouble", drawn && "drawn", drawn && table.shape === "round" && "round", c && (may ? "may" : "may-not"), me && party && party.serverId !== me && "not-mine")}
    onClick=${tap} onPointerDown=${down} onPointerUp=${up} onPointerLeave=${up} onPointerCancel=${up} onContextMenu=${(/** @type {Event} */ e) => e.preventDefault()}>
    <span class="table-top">
      <span class="table-number"><span class="spoken">${t("table.name", { table: "" })}</span>${table.table}</span>
      ${others.length > 0 && html`<span class="table-joined"><${Icon} name="link" size=${14} /><span class="spoken">${t("table.joined")}</span>${others.join(" ")}</span>`}
      ${sign && html`<span class=${cls("table-sign", trouble ? "sign-red" : what === "ready" && "sign-dark")}><${Icon} name=${sign} size=${trouble ? 20 : 24} /></span>`}
    </span>
    <span class="table-foot">
      <span class="table-row strong"><span class="clip">${what === "free" ? (table.seats ? t("table.seats", { n: table.seats }) : t("status.free")) : t(`status.${what}`)}</span>
        ${total > 0 && html`<span class="num table-amount">${money(total, state.currency.value, { whole: true })}</span>`}</span>
      ${what !== "free" && html`<span class="table-row"><span class="nowrap num">${since !== null && tableAge(minute.value - since)}</span>
        ${unsent > 0
          ? html`<span class="table-unsent num"><span aria-hidden="true">○ ${unsent}</span><span class="spoken">${t("floor.drafts", { n: unsent })}</span></span>`
          : party ? html`<span class="table-guests num table-more"><${Icon} name="users" size=${14} /><span class="spoken">${t("table.guests", { n: party.covers })}</span><span aria-hidden="true">${party.covers}</span>${party.serverName && html`<b class="table-server">${initials(party.serverName)}</b>`}</span>`
            : orders.length > 1 && html`<span class="clip table-more">${t("floor.orders", { n: orders.length })}</span>`}</span>`}
    </span>
  </button>`;
}
