// @ts-check
// What stands around the page of today: head, and whether the line is live.

import { cls, html } from "../../../sync/ui/kit/html.js";
import { Button } from "../../../sync/ui/kit/button.js";
import { Icon } from "../../../sync/ui/kit/icons.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { clock, dayName } from "../../../sync/ui/kit/time.js";
import { Toasts } from "../../../sync/ui/kit/toast.js";
import { AsideSheet } from "./aside.js";
import { Cards } from "./cards.js";
import { csv } from "./csv.js";
import { told } from "./figures.js";
import { Nav } from "./nav.js";
import { Heat, Look, TopItems } from "./side.js";
import * as state from "./state.js";
import { Restaurants } from "./restaurants.js";

export function Frame() {
  const since = state.lostSince.value;
  return html`<div class=${cls("hq", since !== null && "not-live")}>
    <${Nav} me=${state.me.value} lead=${t("restaurants.n", { n: state.shown.value.length })} page="today" />
    <${Head} />
    <main class="page">
      ${since !== null && html`<p class="lost" role="status"><${Icon} name="cloud-off" size=${16} />${t("notLive", { time: clock(since, venue(), { seconds: true }) })}</p>`}
      <${Cards} />
      <div class="columns">
        <${Restaurants} />
        <div class="side"><${Look} /><${Heat} /><${TopItems} /></div>
      </div>
    </main>
    ${state.asideOpen.value && html`<${AsideSheet} onClose=${() => (state.asideOpen.value = false)} />`}
    <${Toasts} />
  </div>`;
}

/** The zone of all restaurants, where they share one; this browser's otherwise. */
export function venue() {
  const zones = new Set(state.shown.value.filter(told).map((r) => r.zone));
  return zones.size === 1 ? { zone: [...zones][0] } : {};
}

function Head() {
  const today = state.today.value;
  const days = [...new Set(state.shown.value.filter(told).map((r) => r.day))].sort();
  const asOf = clock(today?.asOf ?? 0, venue(), { seconds: true });
  return html`<header class="head">
    <h1>${t("nav.today")}</h1>
    <span class="head-day">${days.map((d) => dayName(d)).join(", ")}</span>
    <span class="head-asof num"><i class="dot" aria-hidden="true"></i>${t(days.length === 0 ? "asOf.none" : venue().zone ? "asOf.one" : "asOf.many", { time: asOf })}</span>
    <${Button} small icon="download" onClick=${save}>${t("csv")}<//>
  </header>`;
}

/** Saves the table as a file. */
function save() {
  const today = state.today.value;
  if (!today) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([csv(today, state.rows.value)], { type: "text/csv" }));
  link.download = `today-${new Date(today.asOf).toISOString().slice(0, 16).replace(":", "")}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
