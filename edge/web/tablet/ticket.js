// @ts-check
// The ticket: what is on the box, what is on its way, what is new.

import { cls, html, useEffect, useRef, useState } from "../../../sync/ui/kit/html.js";
import { Button } from "../../../sync/ui/kit/button.js";
import { Icon } from "../../../sync/ui/kit/icons.js";
import { Line } from "../../../sync/ui/kit/line.js";
import { Mark } from "../../../sync/ui/kit/mark.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { money, toMinor } from "../../../sync/ui/kit/money.js";
import { now } from "../../../sync/ui/kit/ticker.js";
import { clock } from "../../../sync/ui/kit/time.js";
import { mayAdd, removeLine, send } from "./acts.js";
import * as cart from "./cart.js";
import { ofDraft, ofLine } from "./changes.js";
import { markOf } from "./marks.js";
import { OrderHead, Tickets } from "./orderhead.js";
import { notSent } from "./settle.js";
import * as state from "./state.js";

/** @param {{table: string | null, order: string | null, editing: string | null, onLine: (line: string) => void, onSent: (line: string) => void, onCancel: () => void}} props */
export function Ticket({ table, order, editing, onLine, onSent, onCancel }) {
  const known = order ? state.orders.value[order] : undefined;
  const batches = state.batches.value.filter((b) => b.order === order);
  const going = batches.filter((b) => !b.safe).flatMap((b) => b.lines);
  const safe = batches.filter((b) => b.safe).flatMap((b) => b.lines).filter((l) => !known?.items.some((k) => k.lineId === l.line));
  const items = known?.items.filter((k) => !going.some((l) => l.line === k.lineId)) ?? [];
  const drafts = state.drafts.value[state.draftKey(table, order)] ?? [];
  const scroll = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    const edited = scroll.current?.querySelector(".editing");
    if (edited) edited.scrollIntoView({ block: "nearest" });
    else if (drafts.length > 0) scroll.current?.scrollTo(0, scroll.current.scrollHeight);
  }, [drafts]);
  return html`<aside class="ticket" aria-label=${t("order.label")}>
    <${Band} />
    <div class="ticket-scroll" ref=${scroll}>
      ${(known || safe.length > 0) && html`<section class="ticket-sent">
        <${OrderHead} id=${order} order=${known} onCancel=${onCancel} />
        <ul>${known && html`<${OnBox} lines=${items} order=${known} composing=${drafts.length > 0} onSent=${onSent} />`}
          ${safe.map((l) => html`<${Going} key=${l.line} line=${l} mark="safe" />`)}</ul>
        ${known && html`<${Tickets} order=${known} />`}
      </section>`}
      <div class="ticket-new">
        ${going.length > 0 && html`<section><${Title} words=${state.away.value ? "new.here" : "new.going"} />
          <ul>${going.map((l) => html`<${Going} key=${l.line} line=${l} mark="draft" />`)}</ul></section>`}
        <${New} drafts=${drafts} order=${order} busy=${going.length > 0} editing=${editing} onLine=${onLine} />
      </div>
    </div>
    <${Foot} table=${table} order=${order} />
  </aside>`;
}

/** Over lines that are new: whether they are sent. @param {{words: string}} props */
function Title({ words }) {
  return html`<h2 class="ticket-title"><span>${t("new.title")}</span><span class=${words === "new.here" ? "on-tablet" : "secondary"}>${t(words)}</span></h2>`;
}

const few = 2; // lines that are not worth folding

/**
 * The lines that the box knows. While a new round is composed they fold to one, if
 * the kitchen has them all.
 * @param {{lines: import("./state.js").OrderLine[], order: import("./state.js").Order, composing: boolean, onSent: (line: string) => void}} props
 */
function OnBox({ lines, order, composing, onSent }) {
  const [open, setOpen] = useState(false);
  const done = lines.every((l) => markOf(l, order) === "paper");
  if (!composing || !done || lines.length <= few) return lines.map((l) => html`<${Sent} key=${l.lineId} line=${l} order=${order} onSent=${onSent} />`);
  const venue = state.currency.value;
  const n = lines.reduce((sum, l) => sum + (l.partOf ? 0 : l.quantity), 0);
  return html`<li class="line fold"><button type="button" class="line-inside" aria-expanded=${String(open)} onClick=${() => setOpen(!open)}>
      <${Mark} state="paper" /><span class="line-quantity num">${n}</span>
      <span class="line-words fold-words"><span><span class="line-name">${t("fold.dishes", { n })}</span> · ${t("fold.where")}</span><${Icon} name="chevron-up" /></span>
      <span class="line-price num">${money(toMinor(order.totalAmount, venue.digits), venue)}</span></button></li>
    ${open && lines.map((l) => html`<${Sent} key=${l.lineId} line=${l} order=${order} onSent=${onSent} />`)}`;
}

/** A line that the box knows; a tap on what the kitchen has opens what can be done about it. @param {{line: import("./state.js").OrderLine, order: import("./state.js").Order, onSent: (line: string) => void}} props */
function Sent({ line, order, onSent }) {
  const open = line.sent && !line.partOf && line.quantity > 0 && !state.isOver(order);
  const mark = !line.sent && notSent(order.orderId) ? "problem" : markOf(line, order);
  const venue = state.currency.value;
  return html`<${Line} class=${cls(line.partOf && "line-part")} mark=${mark} quantity=${line.quantity} name=${line.name} details=${ofLine(line, state.dishes.value.get(line.menuItemId))}
    price=${money(toMinor(line.amount, venue.digits), venue)} data-line=${line.lineId} onClick=${open ? () => onSent(line.lineId) : undefined} />`;
}

/** A line of this tablet: on its way, or safe and not yet told by the box. @param {{line: cart.Draft, mark: "draft" | "safe"}} props */
function Going({ line, mark }) {
  return html`<${Line} mark=${mark} quantity=${line.quantity} name=${line.name} details=${ofDraft(line)}
    price=${money(cart.amount(line, state.dishes.value), state.currency.value)} data-line=${line.line} />`;
}

/** @param {{drafts: cart.Draft[], order: string | null, busy: boolean, editing: string | null, onLine: (line: string) => void}} props */
function New({ drafts, order, busy, editing, onLine }) {
  if (drafts.length === 0) {
    const closed = order !== null && !mayAdd(order);
    return busy ? null : html`<p class="ticket-empty">${t(closed ? "new.closed" : order ? "new.more" : "new.empty")}</p>`;
  }
  return html`<section><${Title} words="new.not" />
    <ul>${drafts.map((l) => html`<${Draft} key=${l.line} line=${l} editing=${editing === l.line} onLine=${onLine} />`)}</ul>
  </section>`;
}

/** An unsent line: a tap changes it, a swipe to the left removes it. @param {{line: cart.Draft, editing: boolean, onLine: (line: string) => void}} props */
function Draft({ line, editing, onLine }) {
  const from = useRef(/** @type {number | null} */ (null));
  const lacking = cart.lacking(line, state.dishes.value);
  return html`<${Line} class=${cls(editing && "editing")} mark=${line.problem ? "problem" : "draft"} quantity=${line.quantity} name=${line.name} details=${ofDraft(line)}
    problem=${line.problem ?? (lacking.length > 0 && t("line.lacking", { what: lacking.join(", ") }))} price=${money(cart.amount(line, state.dishes.value), state.currency.value)} data-line=${line.line} onClick=${() => onLine(line.line)}
    onTouchStart=${(/** @type {TouchEvent} */ e) => (from.current = e.touches[0].clientX)}
    onTouchEnd=${(/** @type {TouchEvent} */ e) => {
      if (from.current !== null && from.current - e.changedTouches[0].clientX > 90) removeLine(line.line);
      from.current = null;
    }} />`;
}

/** Amber while dishes wait for the box, green for a moment when they got through. */
function Band() {
  const waiting = state.batches.value.filter((b) => !b.safe);
  const back = state.cameBack.value;
  const at = now.value; // moves once a second
  const n = cart.dishes(waiting.flatMap((b) => b.lines));
  if (n > 0 && (state.away.value || waiting.some((b) => Date.now() - b.at > 3000))) {
    return html`<div class="band band-amber" role="status"><${Icon} name=${navigator.onLine ? "server-off" : "wifi-off"} size=${24} />
      <p><strong>${t("band.title", { n })}</strong><span>${t("band.what", { n })}</span></p></div>`;
  }
  if (back && Date.now() - back.at < 2000) {
    return html`<div class="band band-green" role="status"><${Icon} name="circle-check" size=${24} />
      <p><strong>${t("band.sent", { n: back.n, time: clock(at, state.currency.value) })}</strong></p></div>`;
  }
  return null;
}

/** Minor units: what the box says of the order, and what is new. @param {string | null} table @param {string | null} order */
function sums(table, order) {
  const known = order ? state.orders.value[order] : undefined;
  const going = state.batches.value.filter((b) => b.order === order).flatMap((b) => b.lines).filter((l) => !known?.items.some((k) => k.lineId === l.line));
  const drafts = state.drafts.value[state.draftKey(table, order)] ?? [];
  return { sent: known ? toMinor(known.totalAmount, state.currency.value.digits) : 0, fresh: cart.total([...going, ...drafts], state.dishes.value), known: known !== undefined };
}

/** What the total has beside dishes: taken off, and on top. @param {string | null} order */
function beside(order) {
  const o = order ? state.orders.value[order] : undefined;
  const venue = state.currency.value;
  return [["foot.off", o?.discountAmount], ["foot.service", o?.serviceCharge], ["foot.tax", o?.taxAmount]]
    .map(([word, n]) => (n ? t(String(word), { amount: money(toMinor(Number(n), venue.digits), venue) }) : "")).filter(Boolean).join(", ");
}

/** @param {{table: string | null, order: string | null}} props */
function Foot({ table, order }) {
  const venue = state.currency.value;
  const { sent, fresh, known } = sums(table, order);
  return html`<footer class="ticket-foot">
    ${fresh > 0
      ? html`<p class="secondary num">${known ? t("foot.parts", { sent: money(sent, venue), fresh: money(fresh, venue) }) : t("foot.menuPrices")}</p>`
      : html`<p class="secondary num">${beside(order) || " "}</p>`}
    <p class="total"><span>${fresh > 0 ? t("foot.subtotal") : t("foot.total")}</span><span class="num">${money(sent + fresh, venue)}</span></p>
    <${SendButton} table=${table} order=${order} />
  </footer>`;
}

/** @param {{table: string | null, order: string | null}} props */
export function SendButton({ table, order }) {
  const drafts = state.drafts.value[state.draftKey(table, order)] ?? [];
  const n = cart.dishes(drafts);
  const open = drafts.find((l) => cart.lacking(l, state.dishes.value).length > 0);
  const away = state.away.value;
  const waiting = state.waitingLines.value.length > 0;
  const words = n === 0 ? (away && waiting ? t("send.waiting") : t("send")) : away ? t("send.later", { n }) : t("send.n", { n });
  return html`<${Button} kind=${away && (n > 0 || waiting) ? "later" : "ink"} big class="send" icon=${away && (n > 0 || waiting) ? "clock" : "send"}
    off=${open ? t("send.lacking", { name: open.name, what: cart.lacking(open, state.dishes.value).join(", ") })
      : n === 0 && (away && waiting ? t("band.what", { n: cart.dishes(state.waitingLines.value) }) : t("send.nothing"))} data-send onClick=${send}>${words}<//>`;
}

/** The bottom bar of a phone. @param {{table: string | null, order: string | null, open: boolean, onToggle: () => void}} props */
export function PhoneFoot({ table, order, open, onToggle }) {
  const n = cart.dishes(state.drafts.value[state.draftKey(table, order)] ?? []);
  const { sent, fresh } = sums(table, order);
  return html`<footer class="phone-foot">
    ${!open && html`<button type="button" class="drawer" aria-label=${t("drawer.open")} onClick=${onToggle}>
      <${Icon} name="chevron-up" size=${24} />
      <span><strong>${n > 0 ? t("drawer.new", { n }) : t("foot.total")}</strong><span class="num">${money(n > 0 ? fresh : sent + fresh, state.currency.value)}</span></span>
    </button>`}
    <${SendButton} table=${table} order=${order} />
  </footer>`;
}
