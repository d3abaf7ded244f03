// @ts-check
import { cls, html } from "../../../sync/ui/kit/html.js";
import { Button } from "../../../sync/ui/kit/button.js";
import { Icon } from "../../../sync/ui/kit/icons.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { ThemeChoice } from "../../../sync/ui/kit/themechoice.js";
import { clock, dayName } from "../../../sync/ui/kit/time.js";
import { Toasts } from "../../../sync/ui/kit/toast.js";
import { families, family, orderOf, what } from "./facts.js";
import * as state from "./state.js";

/** @typedef {import("./facts.js").Fact} Fact */

export function Page() {
  const facts = state.facts.value;
  return html`<div class="audit">
    <header class="audit-head"><a class="btn btn-quiet" href="/" aria-label=${t("audit.back")}><${Icon} name="arrow-left" size=${24} /></a>
      <div class="audit-title"><h1>${t("audit.title")}</h1><p class="clip">${state.me.value?.restaurant.name}</p></div><${ThemeChoice} /></header>
    <main>
      <${Filters} />
      ${state.words.value && html`<p class="audit-say" role="status"><${Icon} name="triangle-alert" size=${20} />${state.words.value}</p>`}
      ${!state.words.value && facts.length === 0 && html`<p class="audit-say" role="status">${t(state.loading.value ? "audit.loading" : "audit.none")}</p>`}
      <${Days} facts=${facts} />
      ${state.next.value > 0 && !state.words.value && html`<${Button} class="audit-more" busy=${state.loading.value} onClick=${() => void state.load(true)}>${t("audit.more")}<//>`}
    </main><${Toasts} /></div>`;
}

/** @param {{label: string, name: keyof import("./facts.js").Filter, options: [string, string][]}} props */
function Choice({ label, name, options }) {
  const value = state.filter.value[name];
  return html`<label class=${cls("choice", value && "set")}><span>${label}</span>
    <select name=${name} onChange=${(/** @type {any} */ e) => state.choose({ [name]: e.currentTarget.value })}>
      <option value="" selected=${value === ""}>${t("audit.all")}</option>
      ${options.map(([id, text]) => html`<option key=${id} value=${id} selected=${id === value}>${text}</option>`)}</select></label>`;
}

function Filters() {
  const f = state.filter.value;
  /** @param {Map<string, string>} names @returns {[string, string][]} */
  const sorted = (names) => [...names].sort((a, b) => a[1].localeCompare(b[1]));
  return html`<form class="filters" aria-label=${t("audit.filters")} onSubmit=${(/** @type {Event} */ e) => e.preventDefault()}>
    <${Choice} label=${t("audit.who")} name="staff" options=${sorted(state.people.value)} />
    <${Choice} label=${t("audit.where")} name="device" options=${sorted(state.devices.value)} />
    <${Choice} label=${t("audit.what")} name="type" options=${families.map((x) => [x, t(`family.${x.slice(0, -1)}`)])} />
    <label class=${cls("choice", f.day && "set")}><span>${t("audit.day")}</span>
      <input type="date" name="day" value=${f.day} onChange=${(/** @type {any} */ e) => state.choose({ day: e.currentTarget.value })} /></label>
    ${f.order && html`<button type="button" class="chip chosen" data-order=${f.order} onClick=${() => state.choose({ order: "" })}>
      <span class="chip-words">${t("audit.oneOrder", { order: f.order.slice(-4) })}</span><${Icon} name="x" size=${20} label=${t("audit.takeAway")} /></button>`}
    ${Object.values(f).some(Boolean) && html`<${Button} kind="quiet" onClick=${state.reset}>${t("audit.reset")}<//>`}
  </form>`;
}

/** Facts under the business day that they belong to. @param {{facts: Fact[]}} props */
function Days({ facts }) {
  const days = [...new Set(facts.map((f) => f.day))];
  return days.map((day) => html`<section key=${day} class="card day" aria-label=${dayName(day)}><h2>${dayName(day)}</h2>
    <ul>${facts.filter((f) => f.day === day).map((f) => html`<${Line} key=${f.seq} fact=${f} />`)}</ul></section>`);
}

/** One fact: a line that opens. @param {{fact: Fact}} props */
function Line({ fact: f }) {
  const place = state.me.value?.restaurant ?? {};
  const order = orderOf(f);
  const who = f.staff ? state.people.value.get(f.staff) ?? t("audit.somebody") : "";
  const device = f.device ? state.devices.value.get(f.device) ?? t("audit.device", { device: f.device.slice(-4) }) : t("audit.itself");
  const by = f.approvedBy && t("audit.approvedBy", { who: state.people.value.get(f.approvedBy) ?? t("audit.somebody") });
  return html`<li data-fact=${f.seq}><details>
    <summary><time class="num" datetime=${f.at}>${clock(Date.parse(f.at), place, { seconds: true })}</time>
      <span class="line-what"><b>${t(`family.${family(f.type)}`)}</b>${what(f.type)}</span>
      <span class="line-who">${who && html`<b>${who}</b>`}<span class="clip">${device}</span>${by && html`<span class="line-by">${by}</span>`}</span>
      <span class="num line-seq">${f.seq}</span><${Icon} name="chevron-up" size=${20} class="line-sign" /></summary>
    <div class="line-more"><pre tabindex="0">${JSON.stringify(f.data, null, 1)}</pre>
      <div class="line-acts">${order && html`<${Button} onClick=${() => state.choose({ order })}>${t("audit.thisOrder")}<//>`}
        ${f.staff && html`<${Button} onClick=${() => state.choose({ staff: f.staff })}>${t("audit.thisPerson")}<//>`}
        ${f.device && html`<${Button} onClick=${() => state.choose({ device: f.device })}>${t("audit.thisDevice")}<//>`}</div></div>
  </details></li>`;
}
