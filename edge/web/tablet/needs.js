// @ts-check
// "Needs you": by urgency, not by table.

import { html } from "../../../sync/ui/kit/html.js";
import { Icon } from "../../../sync/ui/kit/icons.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { minute, now } from "../../../sync/ui/kit/ticker.js";
import { exactAge, tableAge } from "../../../sync/ui/kit/time.js";
import { openTable, openTakeaway } from "./acts.js";
import { dishes } from "./cart.js";
import { trouble, troubled } from "./marks.js";
import { placeOf, waiting } from "./room.js";
import { notSent, orderName } from "./settle.js";
import * as state from "./state.js";

/**
 * @typedef {object} Need
 * @property {string} key
 * @property {"red" | "green" | "amber" | "violet" | "sky" | "plain"} family
 * @property {string} icon
 * @property {string} what
 * @property {string | null} table
 * @property {string | null} order
 * @property {number} [since] ms
 * @property {string} [name] where it is neither a table nor an order
 */

const idle = 5 * 60_000; // ms that guests sit before somebody should ask them

/** @returns {Need[]} */
export function needs() {
  const open = Object.values(state.orders.value).filter((o) => !state.isClosed(o));
  /** @type {Need[]} */
  const all = [];
  for (const o of open) {
    const at = { table: state.tableOf(o), order: o.orderId };
    const ticket = troubled(o.tickets ?? [])[0];
    const refused = notSent(o.orderId);
    if (ticket) all.push({ ...at, key: `t${o.orderId}`, family: "red", icon: "printer", what: t(`ticket.${trouble(ticket)}`, { station: ticket.station }) });
    else if (refused) all.push({ ...at, key: `u${o.orderId}`, family: "red", icon: "triangle-alert", what: refused });
  }
  for (const o of open.filter((x) => x.status === "ready")) {
    all.push({ key: `r${o.orderId}`, family: "green", icon: "bell", what: t("needs.ready"), table: state.tableOf(o), order: o.orderId, since: state.readyAt.value[o.orderId] });
  }
  if (state.away.value) {
    for (const b of state.batches.value.filter((x) => !x.safe)) {
      all.push({ key: `b${b.add}`, family: "amber", icon: "hourglass", what: t("needs.sending", { n: dishes(b.lines) }), table: b.table, order: b.order });
    }
  }
  for (const w of waiting.value) {
    const at = Date.parse(w.since);
    if (minute.value - at > w.minutes * 60_000) all.push({ key: `w${w.partyId}`, family: "amber", icon: "hourglass", what: t("needs.waiting", { n: w.minutes }), table: null, order: null, name: t("waitlist.party", { number: w.number }), since: at });
  }
  for (const p of state.floor.value.parties) {
    const place = placeOf(p.tables[0]);
    if (place.state === "check_printed") all.push({ key: `c${p.partyId}`, family: "violet", icon: "receipt", what: t("needs.check"), table: p.tables[0], order: null, since: place.since ?? undefined });
    else if (place.state === "seated" && place.since !== null && minute.value - place.since > idle) all.push({ key: `s${p.partyId}`, family: "sky", icon: "armchair", what: t("needs.seated"), table: p.tables[0], order: null, since: place.since });
  }
  for (const [key, lines] of Object.entries(state.drafts.value)) {
    const known = state.orders.value[key];
    const table = known ? state.tableOf(known) : key.startsWith("new:") ? key.slice(4) || null : null;
    const order = key.startsWith("new:") ? null : key;
    all.push({ key: `d${key}`, family: "plain", icon: "pencil", what: t("needs.drafts", { n: dishes(lines) }), table, order });
  }
  return all;
}

export function NeedsYou() {
  const all = needs();
  return html`<div class="needs">
    <h2 class="needs-title">${t("needs.title")}${all.length > 0 && html`<span class="count num">${all.length}</span>`}</h2>
    ${all.length === 0 && html`<p class="secondary">${t("needs.nobody")}</p>`}
    <ul>${all.map((n) => html`<li key=${n.key}>
      <button type="button" class="need" onClick=${() => go(n)}>
        <span class="need-sign need-${n.family}"><${Icon} name=${n.icon} /></span>
        <span class="need-words"><strong>${place(n)}</strong><span>${n.what}</span></span>
        ${n.since && html`<${Since} at=${n.since} />`}
      </button></li>`)}</ul>
  </div>`;
}

/** @param {Need} n */
function place(n) {
  if (n.name) return n.name;
  if (n.table !== null) return t("table.name", { table: n.table });
  return n.order ? `${t("takeaway")} · ${orderName(n.order)}` : t("takeaway");
}

/** @param {Need} n */
function go(n) {
  if (n.name) return;
  if (n.table === null) return openTakeaway(n.order);
  openTable(n.table);
  state.screen.value = { name: "order", table: n.table, order: n.order };
}

/** @param {{at: number}} props */
function Since({ at }) {
  const ms = now.value - at;
  return html`<span class="need-since num">${ms < 60_000 ? exactAge(ms) : tableAge(ms)}</span>`;
}
