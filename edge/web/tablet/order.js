// @ts-check
// Taking an order: categories left, dishes in the middle, the ticket right. On a phone
// one of them at a time.

import { cls, html, useCallback, useEffect, useSignal } from "../../../sync/ui/kit/html.js";
import { Button } from "../../../sync/ui/kit/button.js";
import { Chip } from "../../../sync/ui/kit/chip.js";
import { Icon } from "../../../sync/ui/kit/icons.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { minute } from "../../../sync/ui/kit/ticker.js";
import { tableAge } from "../../../sync/ui/kit/time.js";
import { Toasts } from "../../../sync/ui/kit/toast.js";
import { chooseOrder, mergeSame, showFloor } from "./acts.js";
import { CancelSheet } from "./cancel.js";
import { Categories, Dishes } from "./dishes.js";
import { LineSheet } from "./linesheet.js";
import { ModifierSheet } from "./modifiers.js";
import { orderName } from "./settle.js";
import * as state from "./state.js";
import { GuestsButton, TableSheet } from "./tablesheet.js";
import { PhoneFoot, Ticket } from "./ticket.js";
import { Me, TopLights } from "./topbar.js";

/** @param {{table: string | null, order: string | null}} props */
export function OrderScreen({ table, order }) {
  const category = useSignal(0);
  const typed = useSignal("");
  const searching = useSignal(false);
  const drawer = useSignal(false);
  const line = useSignal(/** @type {string | null} */ (null));
  const sent = useSignal(/** @type {string | null} */ (null));
  const cancelling = useSignal(false);
  useSlash();
  const closeSheet = useCallback(() => {
    line.value = null;
    mergeSame();
  }, []);
  const closeSent = useCallback(() => void (sent.value = null), []);
  const closeCancel = useCallback(() => void (cancelling.value = false), []);
  const drafts = state.drafts.value[state.draftKey(table, order)] ?? [];
  const known = order ? state.orders.value[order] : undefined;
  const voiding = sent.value === null ? undefined : known?.items.find((l) => l.lineId === sent.value);
  const open = line.value === null ? undefined : drafts.find((l) => l.line === line.value);
  return html`<main class=${cls("order", drawer.value && "drawer-open", searching.value && "searching")}>
    <header class="bar order-bar">
      <${Button} kind="quiet" icon="arrow-left" label=${drawer.value ? t("drawer.close") : t("order.back")}
        onClick=${() => (drawer.value ? (drawer.value = false) : showFloor())} />
      <div class="order-name"><h1 class="clip">${table === null ? t("takeaway") : t("table.name", { table })}</h1><${Under} table=${table} /></div>
      <label class="search">
        <${Icon} name="search" /><span class="spoken">${t("search")}</span>
        <input type="search" data-search placeholder=${t("search")} value=${typed.value} autocomplete="off" enterkeyhint="search"
          onInput=${(/** @type {any} */ e) => (typed.value = e.currentTarget.value)} />
        ${(typed.value || searching.value) && html`<button type="button" class="search-clear" aria-label=${t("search.clear")}
          onClick=${() => { typed.value = ""; searching.value = false; }}><${Icon} name="x" /></button>`}
      </label>
      ${table !== null && html`<${GuestsButton} table=${table} />`}
      <${TopLights} />
      <${Button} kind="quiet" icon="search" class="search-open" label=${t("search")} onClick=${() => (searching.value = true)} />
      <${Me} />
    </header>
    <div class="work">
      <${Orders} table=${table} order=${order} />
      <${Categories} chosen=${category.value} off=${typed.value !== ""} onChoose=${(/** @type {number} */ i) => { category.value = i; typed.value = ""; }} />
      <${Dishes} category=${category.value} typed=${typed.value} onOpen=${(/** @type {string | null} */ l) => (line.value = l)} />
      ${open && html`<${ModifierSheet} key=${open.line} line=${open} where=${`${table === null ? t("takeaway") : t("table.name", { table })} · ${order ? orderName(order) : t("order.unnumbered")}`} onClose=${closeSheet} />`}
      ${known && voiding && html`<${LineSheet} key=${voiding.lineId} order=${known} line=${voiding} onClose=${closeSent} />`}
      ${cancelling.value && order && html`<${CancelSheet} order=${order} onClose=${closeCancel} />`}
      <${Toasts} />
    </div>
    <${Ticket} table=${table} order=${order} editing=${line.value} onLine=${(/** @type {string} */ l) => (line.value = l)} onSent=${(/** @type {string} */ l) => (sent.value = l)} onCancel=${() => (cancelling.value = true)} />
    <${TableSheet} />
    <${PhoneFoot} table=${table} order=${order} open=${drawer.value} onToggle=${() => (drawer.value = !drawer.value)} />
  </main>`;
}

/** Under the name of the table. @param {{table: string | null}} props */
function Under({ table }) {
  const planned = state.tables.value.find((x) => x.table === table);
  const oldest = state.openOrders(table)[0];
  const words = [
    table !== null && (planned ? planned.seats && t("table.seats", { n: planned.seats }) : t("table.offPlan")),
    oldest && tableAge(minute.value - Date.parse(oldest.createdAt)),
    planned?.section,
  ].filter(Boolean);
  return html`<p class="clip">${words.join(" · ")}</p>`;
}

/** The open orders of this table, and a new one. @param {{table: string | null, order: string | null}} props */
function Orders({ table, order }) {
  const known = state.openOrders(table).map((o) => o.orderId);
  const sending = state.batches.value.filter((b) => b.table === table && !state.orders.value[b.order]).map((b) => b.order);
  const ids = [...new Set([...known, ...sending, ...(order ? [order] : [])])];
  return html`<nav class="strip" aria-label=${t("order.label")}>
    <span class="strip-label">${t("order.label")}</span>
    ${ids.map((id) => {
      const o = state.orders.value[id];
      return html`<${Chip} key=${id} chosen=${id === order} check=${false} onClick=${() => chooseOrder(id)}
        sub=${o ? t(`status.${o.status}`) : t("new.going")}>${o ? o.number : t("order.unnumbered")}<//>`;
    })}
    <${Chip} key="new" chosen=${order === null} check=${false} class="dashed" icon="plus" onClick=${() => chooseOrder(null)}>${t("order.new")}<//>
  </nav>`;
}

/** "/" goes to the search box. */
function useSlash() {
  useEffect(() => {
    /** @param {KeyboardEvent} e */
    const key = (e) => {
      if (e.key !== "/" || e.target instanceof HTMLInputElement) return;
      e.preventDefault();
      const box = document.querySelector("[data-search]");
      if (box instanceof HTMLElement) box.focus();
    };
    addEventListener("keydown", key);
    return () => removeEventListener("keydown", key);
  }, []);
}
