// @ts-check
// The row of cards: what the day came to, and how much of it we know.

import { cls, html } from "../../../sync/ui/kit/html.js";
import { Bars, Spark } from "../../../sync/ui/kit/chart.js";
import { Figure } from "../../../sync/ui/kit/figure.js";
import { Icon } from "../../../sync/ui/kit/icons.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { cardMoney, count, money } from "../../../sync/ui/kit/money.js";
import { age, clock } from "../../../sync/ui/kit/time.js";
import { runningTotal, told } from "./figures.js";
import * as state from "./state.js";

/** @param {{title: string, class?: string, children?: import("../../../sync/ui/kit/html.js").Child} & Record<string, any>} props */
function Card({ title, class: className, children, ...rest }) {
  return html`<section ...${rest} class=${cls("card kpi", className)}><h2>${title}</h2>${children}</section>`;
}

export function Cards() {
  return html`<div class="cards"><${Sales} /><${Orders} /><${Average} /><${HealthCard} /></div>`;
}

/** What the sums lack, or that they lack nothing. */
function lacking() {
  const all = state.shown.value;
  if (!all.some(told)) return t("health.none");
  const late = all.filter((r) => told(r) && (r.health.state === "behind" || r.health.state === "dark"));
  const [r] = late;
  if (!r) return t("card.all", { n: all.filter(told).length });
  if (late.length === 1 && r.health.until) return t("card.until", { name: r.name, time: clock(r.health.until, r) });
  return t("card.lacking", { n: late.length });
}

/** What is beside sales: taken off already, and on top. @param {import("./figures.js").Total} x */
function owed(x) {
  /** @type {[string, number][]} */
  const parts = [["card.off", x.discounts], ["card.charges", x.charges], ["card.taxes", x.taxes]];
  return parts.filter(([, n]) => n > 0).map(([word, n]) => t(word, { amount: cardMoney(n, x) })).join(", ");
}

function Sales() {
  const totals = state.today.value?.totals ?? [];
  const all = state.shown.value;
  return html`<${Card} title=${t("card.sales")} data-card="sales">
    ${totals.length === 0 && html`<p class="kpi-value dim">${t("card.noData")}</p>`}
    ${totals.map((x, i) => html`<p key=${x.currency} class=${i === 0 ? "kpi-value" : "kpi-more"}><${Figure}>${cardMoney(x.sales, x)}<//></p>`)}
    <p class="kpi-sub">${lacking()}</p>
    ${totals.map((x) => x.discounts + x.charges + x.taxes > 0 && html`<p key=${`owed-${x.currency}`} class="kpi-sub num" data-owed>${owed(x)}</p>`)}
    ${totals.length === 1 && html`<${Spark} label=${t("card.spark")} values=${runningTotal(all, state.hours.value, totals[0].currency)} />`}
  <//>`;
}

function Orders() {
  const totals = state.today.value?.totals ?? [];
  const all = state.shown.value;
  const last = all.filter((r) => r.orders > 0).sort((a, b) => (b.lastOrder?.at ?? 0) - (a.lastOrder?.at ?? 0))[0];
  return html`<${Card} title=${t("card.orders")} data-card="orders">
    <p class="kpi-value"><${Figure}>${count(totals.reduce((n, x) => n + x.orders, 0))}<//></p>
    <p class="kpi-sub num">${last?.lastOrder ? t("card.last", { age: age(Math.max(1000, state.moment.value - last.lastOrder.at)), name: last.name }) : t("card.none")}</p>
    <${Bars} label=${t("card.orderBars")} values=${all.filter(told).map((r) => r.orders)}
      titles=${all.filter(told).map((r) => `${r.name}: ${count(r.orders)}`)} width=${252} height=${34} gap=${4} widest=${10} spread />
  <//>`;
}

function Average() {
  const totals = state.today.value?.totals ?? [];
  const all = state.shown.value.filter((r) => r.orders > 0);
  const highest = all.filter((r) => r.currency === totals[0]?.currency).reduce((a, r) => (a && a.average >= r.average ? a : r), all[0]);
  return html`<${Card} title=${t("card.average")} data-card="average">
    ${totals.length === 0 && html`<p class="kpi-value dim">${t("card.noData")}</p>`}
    ${totals.map((x, i) => html`<p key=${x.currency} class=${i === 0 ? "kpi-value" : "kpi-more"}><${Figure}>${x.orders > 0 ? money(x.average, x) : "–"}<//></p>`)}
    <p class="kpi-sub num">${highest ? t("card.highest", { amount: money(highest.average, highest), name: highest.name }) : t("card.none")}</p>
    ${totals.length === 1 && html`<${Bars} label=${t("card.averageBars")} values=${state.shown.value.filter(told).map((r) => (r.orders > 0 ? r.average : null))}
      titles=${state.shown.value.filter(told).map((r) => `${r.name}: ${r.orders > 0 ? money(r.average, r) : t("card.noData")}`)} width=${252} height=${34} gap=${4} widest=${10} spread />`}
  <//>`;
}

/** @type {Record<import("./figures.js").Health["state"], string>} */
const icons = { live: "check", behind: "hourglass", dark: "cloud-off", never: "minus" };

function HealthCard() {
  const all = state.shown.value;
  const live = all.filter((r) => r.health.state === "live");
  const never = all.filter((r) => r.health.state === "never");
  const oldest = Math.max(0, ...all.filter((r) => r.health.state !== "never").map((r) => r.health.age));
  const worst = ["dark", "behind"].find((s) => all.some((r) => r.health.state === s)) ?? "live";
  const words = all.length === 0 ? t("health.none")
    : worst !== "live" ? t("health.oldest", { age: age(oldest) })
      : never.length > 0 ? t("health.never", { n: never.length }) : t("health.within", { age: age(oldest) });
  return html`<${Card} title=${t("card.health")} class=${`is-${worst}`} data-card="health">
    <p class="kpi-value"><${Figure}>${count(live.length)}<//> <small>${t("health.of", { n: all.length })}</small></p>
    <p class="kpi-sub num">${words}</p>
    <ul class="cells">${all.map((r) => html`<li key=${r.id} class=${`cell cell-${r.health.state}`} title=${r.name}>
      <${Icon} name=${icons[r.health.state]} size=${14} label=${`${r.name}: ${t(`state.${r.health.state}`, { n: r.health.events, age: age(r.health.age) })}`} /></li>`)}</ul>
  <//>`;
}
