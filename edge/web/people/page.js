// @ts-check
import { html, useSignal } from "../../../sync/ui/kit/html.js";
import { Button } from "../../../sync/ui/kit/button.js";
import { Icon } from "../../../sync/ui/kit/icons.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { ThemeChoice } from "../../../sync/ui/kit/themechoice.js";
import { Toasts } from "../../../sync/ui/kit/toast.js";
import { Form, TakeOut } from "./form.js";
import { initials } from "./list.js";
import * as state from "./state.js";

/** @typedef {import("./list.js").Known} Known */
/** @typedef {{name: "form", person: Known | null} | {name: "out", person: Known} | null} Open */

export function Page() {
  const open = useSignal(/** @type {Open} */ (null));
  const close = () => void (open.value = null);
  const own = state.owner.value === "box";
  const here = state.people.value.filter((p) => p.active);
  const gone = state.people.value.filter((p) => !p.active);
  const s = open.value;
  /** @param {Known | null} person */
  const form = (person) => void (open.value = { name: "form", person });
  return html`<main class="people">
    <header class="people-head"><a class="btn btn-quiet" href="/" aria-label=${t("people.back")}><${Icon} name="arrow-left" size=${24} /></a>
      <div class="people-title"><h1>${t("people.title")}</h1><p class="clip">${state.me.value?.restaurant.name}</p></div>
      ${own && html`<${Button} kind="ink" icon="plus" onClick=${() => form(null)}>${t("people.add")}<//>`}<${ThemeChoice} /></header>
    <div class="people-list">
      ${!own && html`<p class="people-owner" role="status"><${Icon} name="users" size=${24} />${t(`owner.${state.owner.value}`)}</p>`}
      <h2>${here.length > 0 ? t("people.here", { n: here.length }) : t("people.none")}</h2>
      <ul>${here.map((p) => html`<${Row} key=${p.id} person=${p}>
        <${Button} icon="pencil" label=${t(own ? "people.change" : "people.pin", { name: p.name })} onClick=${() => form(p)} /><//>`)}</ul>
      ${gone.length > 0 && html`<h2>${t("people.gone")}</h2>
        <ul>${gone.map((p) => html`<${Row} key=${p.id} person=${p}>
          ${own && html`<${Button} aria-label=${t("people.bring", { name: p.name })} onClick=${() => form(p)}>${t("people.bringGo")}<//>`}<//>`)}</ul>`}
    </div>
    ${s?.name === "form" && html`<${Form} key=${s.person?.id} person=${s.person} onClose=${close} onOut=${() => s.person && (open.value = { name: "out", person: s.person })} />`}
    ${s?.name === "out" && html`<${TakeOut} person=${s.person} onClose=${close} />`}
    <${Toasts} />
  </main>`;
}

/** @param {{person: Known, children?: import("../../../sync/ui/kit/html.js").Child}} props */
function Row({ person: p, children }) {
  const locked = p.lockedUntil !== undefined;
  const clock = p.clock === "in" ? (p.job ? t("people.inAs", { job: p.job }) : t("people.in")) : p.clock === "break" ? t("people.break") : "";
  return html`<li class="person" data-person=${p.name}>
    <span class="person-sign" aria-hidden="true">${initials(p.name)}</span>
    <div class="person-words"><strong class="clip">${p.name}</strong>
      <span class="secondary">${[t(`role.${p.role}`), clock].filter(Boolean).join(" · ")}</span></div>
    ${p.active && (!p.hasPin || locked) && html`<span class="badge badge-amber">${t(locked ? "people.locked" : "people.noPin")}</span>`}
    ${children}
  </li>`;
}
