// @ts-check
import { html } from "../../../sync/ui/kit/html.js";
import { Bars } from "../../../sync/ui/kit/chart.js";
import { Figure } from "../../../sync/ui/kit/figure.js";
import { Icon } from "../../../sync/ui/kit/icons.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { cardMoney, count, money } from "../../../sync/ui/kit/money.js";
import { Table } from "../../../sync/ui/kit/table.js";
import { age, clock, hourName } from "../../../sync/ui/kit/time.js";
import { along, told } from "./figures.js";
import * as state from "./state.js";

/** @typedef {import("./figures.js").Restaurant & {health: import("./figures.js").Health}} Row */

/** What a bar or a cell says. @param {Row} r @param {number | null} sales @param {number} hour */
export function hourWords(r, sales, hour) {
  const name = hourName(hour % 24);
  return sales === null ? t("table.unknown", { hour: name }) : t("table.hour", { hour: name, amount: money(sales, r) });
}

/** @type {import("../../../sync/ui/kit/table.js").Column<Row>[]} */
const columns = [
  { key: "name", title: "table.restaurant", cell: (r) => html`<span class="cell-two"><span>${r.name}</span>
      ${r.health.state === "dark" && r.health.until && html`<small>${t("table.until", { time: clock(r.health.until, r) })}</small>`}</span>` },
  { key: "sales", title: "table.sales", number: true, cell: (r) => !told(r) ? "–" : html`<strong><${Figure}>${cardMoney(r.sales, r)}<//></strong>` },
  { key: "hours", title: "table.hours", cell: (r) => {
    const values = along(r, state.hours.value, r.health);
    return html`<${Bars} label=${t("table.hours")} values=${values} titles=${values.map((v, i) => hourWords(r, v, state.hours.value[i]))} width=${94} dim=${r.health.state === "dark"} />`;
  } },
  { key: "orders", title: "table.orders", number: true, cell: (r) => !told(r) ? "–" : html`<${Figure}>${count(r.orders)}<//>` },
  { key: "average", title: "table.average", number: true, cell: (r) => r.orders > 0 ? html`<${Figure}>${money(r.average, r)}<//>` : "–" },
  { key: "last", title: "table.last", cell: (r) => r.lastOrder && r.orders > 0 ? html`<span class="cell-two num"><span>${clock(r.lastOrder.at, r)}</span>
      <small>${t("table.order", { number: r.lastOrder.number, total: money(r.lastOrder.total, r) })}</small></span>` : "–" },
  { key: "data", title: "table.data", cell: (r) => html`<${Data} health=${r.health} />` },
];

/** @param {{health: import("./figures.js").Health}} props */
function Data({ health }) {
  const words = t(`state.${health.state}`, { n: health.events, age: age(health.age) });
  switch (health.state) {
    case "live":
      return html`<span class="live num" data-health="live"><i class="dot" aria-hidden="true"></i><b>${words}</b> ${age(health.age)}</span>`;
    case "behind":
      return html`<span class="badge badge-amber num" data-health="behind"><${Icon} name="hourglass" size=${16} />${words}</span>`;
    case "dark":
      return html`<span class="badge badge-red num" data-health="dark"><${Icon} name="cloud-off" size=${16} />${words}</span>`;
    default:
      return html`<span class="badge" data-health="never">${words}</span>`;
  }
}

export function Restaurants() {
  const rows = state.shown.value;
  const totals = state.today.value?.totals ?? [];
  const late = rows.filter((r) => r.health.state === "dark" && r.health.until);
  const foot = totals.map((x) => {
    const mine = rows.filter((r) => r.currency === x.currency);
    const dark = late.filter((r) => r.currency === x.currency);
    return html`<tr key=${x.currency} data-total=${x.currency}>
      <th scope="row">${totals.length > 1 ? t("table.allIn", { n: mine.length, currency: x.currency }) : t("table.all", { n: mine.length })}</th>
      <td class="number num"><${Figure}>${cardMoney(x.sales, x)}<//></td><td></td>
      <td class="number num"><${Figure}>${count(x.orders)}<//></td>
      <td class="number num">${x.orders > 0 ? money(x.average, x) : "–"}</td><td></td>
      <td class="lack">${dark.map((r) => t("card.until", { name: r.name, time: clock(r.health.until ?? 0, r) })).join(", ")}</td></tr>`;
  });
  return html`<section class="card restaurants">
    <h2 class="card-title">${t("table.title")}<span>${t("table.sorted")}</span></h2>
    ${rows.length === 0
      ? html`<p class="empty">${t("table.empty")}</p>`
      : html`<div class="table-scroll" onPointerEnter=${() => state.hold(true)} onPointerLeave=${() => state.hold(false)}>
          <${Table} label=${t("table.title")} columns=${columns.map((c) => ({ ...c, title: t(c.title) }))} rows=${rows} rowKey=${(/** @type {Row} */ r) => r.id}
            rowClass=${(/** @type {Row} */ r) => r.health.state === "dark" && "is-dark"} foot=${foot} /></div>`}
  </section>`;
}
