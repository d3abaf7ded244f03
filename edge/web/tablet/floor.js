// @ts-check
// The tables, and who waits for you.

import { cls, html, useCallback, useSignal } from "../../../sync/ui/kit/html.js";
import { Button } from "../../../sync/ui/kit/button.js";
import { Chip } from "../../../sync/ui/kit/chip.js";
import { Icon } from "../../../sync/ui/kit/icons.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { money } from "../../../sync/ui/kit/money.js";
import { Segmented } from "../../../sync/ui/kit/segmented.js";
import { minute } from "../../../sync/ui/kit/ticker.js";
import { clock } from "../../../sync/ui/kit/time.js";
import { Toasts } from "../../../sync/ui/kit/toast.js";
import { openTakeaway } from "./acts.js";
import { ChoosingBar } from "./choosing.js";
import { NeedsYou } from "./needs.js";
import { Plan } from "./plan.js";
import { waiting } from "./room.js";
import * as state from "./state.js";
import { TableSheet } from "./tablesheet.js";
import { openTotal } from "./tabletile.js";
import { Me, TopLights } from "./topbar.js";
import { WaitList } from "./waitlist.js";

/** Rooms in the order in which the plan names them; tables with orders but without a place come last. */
function rooms() {
  /** @type {Map<string, import("./state.js").Table[]>} */
  const all = new Map();
  const planned = new Set(state.tables.value.map((table) => table.table));
  for (const table of state.tables.value) {
    const room = table.section || t("floor.all");
    all.set(room, [...(all.get(room) ?? []), table]);
  }
  const elsewhere = [...Object.values(state.orders.value).filter((o) => !state.isClosed(o)).map(state.tableOf), ...state.floor.value.parties.flatMap((p) => p.tables)];
  const lost = [...new Set(elsewhere)].filter((table) => table !== null && !planned.has(table)).map((table) => ({ table: String(table) }));
  if (lost.length > 0) all.set(t("table.offPlan"), lost);
  return all;
}

export function Floor() {
  const all = rooms();
  const names = [...all.keys()];
  const chosen = useSignal("");
  const room = all.has(chosen.value) ? chosen.value : names[0];
  const venue = state.currency.value;
  const open = Object.values(state.orders.value).filter((o) => !state.isClosed(o));
  const takeaway = open.filter((o) => state.tableOf(o) === null);
  const seated = new Set([...open.map(state.tableOf).filter((table) => table !== null), ...state.floor.value.parties.flatMap((p) => p.tables)]).size;
  const mine = useSignal(false);
  const listing = useSignal(false);
  const closeWaiting = useCallback(() => void (listing.value = false), []);
  const waits = waiting.value.length;
  const since = state.lostSince.value;
  return html`<main class="floor">
    <header class="bar floor-bar">
      ${names.length > 1
        ? html`<div class="rooms"><${Segmented} label=${t("floor.all")} value=${room} onChange=${(/** @type {string} */ v) => (chosen.value = v)}
            options=${names.map((n) => ({ value: n, text: n }))} /></div>`
        : html`<h1 class="title clip">${state.me.value?.restaurant.name}</h1>`}
      ${state.me.value?.staffId && html`<${Chip} chosen=${mine.value} class="mine" onClick=${() => (mine.value = !mine.value)}>${t("floor.mine")}<//>`}
      <${TopLights} />
      <time class="floor-clock num">${clock(minute.value, venue)}</time>
      <${Me} />
    </header>
    <section class=${cls("plan", mine.value && "only-mine")} aria-label=${room}>
      <${ChoosingBar} />
      ${since !== null && html`<p class="plan-age">${t("floor.asOf", { time: clock(since, venue) })}</p>`}
      ${room === undefined
        ? html`<p class="empty">${t("floor.empty")}</p>`
        : html`<${Plan} key=${room} tables=${all.get(room) ?? []} />`}
    </section>
    <aside class="rail">
      <${NeedsYou} />
      <p class="rail-sum num"><span>${t("floor.tables", { n: seated })}</span><span>${t("floor.open", { amount: money(openTotal(open), venue, { whole: true }) })}</span></p>
      <${Button} kind="ink" big icon="plus" class="rail-new" onClick=${() => openTakeaway()}>${t("takeaway.new")}<//>
    </aside>
    <footer class="floor-foot">
      <${Button} icon="users" data-waitlist onClick=${() => (listing.value = true)}><span class="foot-word">${t("waitlist.title")}</span>
        ${waits > 0 && html` <span class="count num">${waits}</span>`}<//>
      ${takeaway.length > 0 && html`<${Button} icon="shopping-bag" onClick=${() => openTakeaway(takeaway[0].orderId)}>
        <span class="foot-word">${t("takeaway")}</span> <span class="count num">${takeaway.length}</span><//>`}
      <${Legend} />
      <${Button} kind="ink" big icon="plus" class="foot-new" onClick=${() => openTakeaway()}>${t("takeaway.new")}<//>
    </footer>
    <${TableSheet} />
    ${listing.value && html`<${WaitList} onClose=${closeWaiting} />`}
    <${Toasts} />
  </main>`;
}

/** What the colours mean, always in sight: a colour is never alone. */
function Legend() {
  const states = [["seated", "armchair"], ["placed", "cooking-pot"], ["ready", "bell"], ["check", "receipt"], ["dirty", "sparkles"]];
  return html`<ul class="legend">${states.map(([s, icon]) => html`<li key=${s}><span class="legend-sign is-${s}"><${Icon} name=${icon} size=${16} /></span>${t(s === "placed" ? "status.preparing" : `status.${s}`)}</li>`)}</ul>`;
}
