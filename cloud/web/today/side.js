// @ts-check
// Beside the table: what needs a look, what sells, when it sells.

import { html } from "../../../sync/ui/kit/html.js";
import { Button } from "../../../sync/ui/kit/button.js";
import { Heat as HeatMap } from "../../../sync/ui/kit/chart.js";
import { Figure } from "../../../sync/ui/kit/figure.js";
import { Icon } from "../../../sync/ui/kit/icons.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { cardMoney, count } from "../../../sync/ui/kit/money.js";
import { age, clock, hourName } from "../../../sync/ui/kit/time.js";
import { along } from "./figures.js";
import { hourWords } from "./restaurants.js";
import * as state from "./state.js";

/** What a person at head office should know, the worst first. */
function looks() {
  /** @type {{key: string, family: string, icon: string, title: string, what: string, age: string}[]} */
  const all = [];
  const rows = state.shown.value;
  for (const r of rows.filter((x) => x.health.state === "dark")) {
    all.push({ key: r.id, family: "red", icon: "cloud-off", title: t("look.dark", { name: r.name }),
      what: t("look.darkWhat", { time: r.health.until ? clock(r.health.until, r) : "–" }), age: age(r.health.age) });
  }
  const aside = state.today.value?.quarantined ?? 0;
  if (aside > 0) all.push({ key: "aside", family: "red", icon: "triangle-alert", title: t("look.aside", { n: aside }), what: t("look.asideWhat"), age: "" });
  for (const r of rows.filter((x) => x.health.state === "behind")) {
    all.push({ key: r.id, family: "amber", icon: "hourglass", title: t("look.behind", { n: r.health.events }), what: t("look.behindWhat", { name: r.name }), age: age(r.health.age) });
  }
  for (const r of rows.filter((x) => x.health.state === "never")) {
    all.push({ key: r.id, family: "plain", icon: "store", title: t("look.never", { name: r.name }), what: t("look.neverWhat"), age: "" });
  }
  return all;
}

export function Look() {
  const all = looks();
  return html`<section class="card look">
    <h2 class="card-title">${t("look.title")}</h2>
    ${all.length === 0
      ? html`<p class="look-none">${t("look.nothing")}</p>`
      : html`<ul>${all.map((l) => html`<li key=${l.key}><span class=${`look-sign look-${l.family}`}><${Icon} name=${l.icon} size=${16} /></span>
          <p><strong>${l.title}</strong><span>${l.what}</span></p>
          ${l.key === "aside" ? html`<${Button} small onClick=${() => (state.asideOpen.value = true)}>${t("look.asideOpen")}<//>` : html`<span class="look-age num">${l.age}</span>`}</li>`)}</ul>`}
  </section>`;
}

export function TopItems() {
  const items = state.today.value?.topItems ?? [];
  return html`<section class="card items">
    <h2 class="card-title">${t("items.title")}</h2>
    ${items.length === 0 ? html`<p class="look-none">${t("items.empty")}</p>` : html`<table class="table items-table" aria-label=${t("items.title")}>
      <colgroup><col /><col /><col /></colgroup>
      <thead class="spoken"><tr><th>${t("items.name")}</th><th>${t("items.quantity")}</th><th>${t("items.sales")}</th></tr></thead>
      <tbody>${items.slice(0, 5).map((i) => html`<tr key=${`${i.name}${i.currency}`}><th scope="row" class="clip">${i.name}</th>
        <td class="number num"><${Figure}>${count(i.quantity)}<//></td><td class="number num"><${Figure}>${cardMoney(i.sales, i)}<//></td></tr>`)}</tbody>
    </table>`}
  </section>`;
}

export function Heat() {
  const rows = state.shown.value;
  const hours = state.hours.value;
  // A depth means one amount: restaurants of another currency have no place on this scale.
  const currency = state.today.value?.totals[0]?.currency;
  const mine = rows.filter((r) => r.currency === currency);
  if (mine.length === 0 || hours.length === 0) return null;
  const values = mine.map((r) => along(r, hours, r.health));
  const top = Math.max(...values.flatMap((v) => v.map((x) => x ?? 0)));
  return html`<section class="card heat-card">
    <h2 class="card-title">${t("heat.title")}<span class="heat-scale num">${cardMoney(0, { ...mine[0], digits: 0 })}
      ${[0, 1, 2, 3, 4].map((i) => html`<i key=${i} class=${`heat-cell heat-${i}`}></i>`)}${cardMoney(top, mine[0])}</span></h2>
    <${HeatMap} label=${t("heat.title")} columns=${hours.map((h) => hourName(h % 24).replace(/\D+$/, ""))}
      rows=${mine.map((r, i) => ({ name: r.name, values: values[i] }))} title=${(/** @type {number} */ y, /** @type {number} */ x) => hourWords(mine[y], values[y][x], hours[x])} />
  </section>`;
}
