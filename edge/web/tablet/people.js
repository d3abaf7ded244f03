// @ts-check
// Who works at this tablet: a person, and their PIN.

import { cls, html, useEffect, useSignal } from "../../../sync/ui/kit/html.js";
import { Problem, call, signOut } from "../../../sync/ui/kit/api.js";
import { Button } from "../../../sync/ui/kit/button.js";
import { known, t } from "../../../sync/ui/kit/i18n.js";
import { now } from "../../../sync/ui/kit/ticker.js";
import { exactAge } from "../../../sync/ui/kit/time.js";
import { Toasts, toast } from "../../../sync/ui/kit/toast.js";
import { showFloor } from "./acts.js";
import { changedHands } from "./box.js";
import { PinPad } from "./keypad.js";
import { beforeEntering, entered } from "./lock.js";
import { loadPeople } from "./peopleload.js";
import * as state from "./state.js";

/** @param {string} name "Ana Ruiz" -> "AR" */
export function initials(name) {
  return name.split(/\s+/).filter(Boolean).map((w) => [...w][0]).slice(0, 2).join("").toUpperCase();
}

/** @param {string} role */
export function roleName(role) {
  return known(`role.${role}`) ? t(`role.${role}`) : role;
}

/** Why no PIN of somebody is of use at this tablet now; false where it is. @param {import("./state.js").Person} p @returns {string | false} */
export function locked(p) {
  const ms = p.lockedUntil ? Date.parse(p.lockedUntil) - now.value : 0;
  return ms > 0 && t("pin.locked", { left: exactAge(ms) });
}

/** @param {unknown} err */
export function words(err) {
  return err instanceof Problem && err.message ? err.message : t("pin.away");
}

/** Ends the work of whoever works here. */
export async function leave() {
  try {
    await call("POST", "/api/v1/people/leave");
    await changedHands();
  } catch {
    toast({ text: t("me.signOutAway") });
  }
}

export function WhoWorks() {
  const chosen = useSignal(state.locked.peek());
  const pin = useSignal("");
  const problem = useSignal("");
  const busy = useSignal(false);
  const me = state.me.value;
  const shared = me?.role === "tablet" || (state.locked.value !== null && me?.person !== undefined); // it takes somebody
  useEffect(() => void loadPeople(), []);
  const people = state.people.value.filter((p) => p.active);
  const person = people.find((p) => p.id === chosen.value);
  /** @param {string | null} id */
  const choose = (id) => {
    chosen.value = id;
    pin.value = problem.value = "";
  };
  const back = () => {
    state.locked.value = null;
    showFloor();
  };
  const enter = async () => {
    if (!person) return;
    busy.value = true;
    problem.value = "";
    try {
      await beforeEntering();
      await call("POST", `/api/v1/people/${person.id}/enter`, { pin: pin.value });
      entered();
      await changedHands();
      state.locked.value = null;
      if (state.screen.peek().name === "people") showFloor();
    } catch (err) {
      problem.value = words(err);
      pin.value = "";
      if (err instanceof Problem && err.status === 429) await loadPeople();
    } finally {
      busy.value = false;
    }
  };
  return html`<main class=${cls("who", person && "who-chosen")}>
    <header class="bar who-bar">
      ${person || !shared ? html`<${Button} kind="quiet" icon="arrow-left" class=${cls(shared && "who-back")} label=${t("order.back")} onClick=${() => (person ? choose(null) : back())} />` : null}
      <h1 class="title clip">${t("who.title")}</h1><span class="spacer"></span>
      <span class="secondary clip who-place">${me?.restaurant.name}</span>
      ${shared && html`<${Button} kind="quiet" icon="log-out" label=${t("me.signOut")} onClick=${() => signOut().catch(() => toast({ text: t("me.signOutAway") }))} />`}
    </header>
    <section class="who-people" aria-label=${t("who.title")}>
      ${people.length === 0 && html`<p class="empty">${t("who.nobody")}</p>`}
      <ul class="who-grid">${people.map((p) => html`<li key=${p.id}>
        <button type="button" class=${cls("who-tile", p.id === chosen.value && "chosen", !p.hasPin && "who-none")} aria-pressed=${String(p.id === chosen.value)} data-person=${p.name}
          onClick=${() => (p.hasPin ? choose(p.id) : toast({ text: t("who.noPin", { name: p.name }) }))}>
          <span class="who-sign" aria-hidden="true">${initials(p.name)}</span><strong class="clip">${p.name}</strong><span class="secondary clip">${roleName(p.role)}</span>
        </button></li>`)}</ul>
    </section>
    <aside class="who-pad">
      ${person
        ? html`<h2 class="title clip">${person.name}</h2>${state.locked.value === person.id && html`<p class="hint">${t("who.kept")}</p>`}<${PinPad} value=${pin.value} problem=${problem.value} busy=${busy.value} off=${locked(person)} go=${t("who.go")}
            onChange=${(/** @type {string} */ v) => { pin.value = v; problem.value = ""; }} onDone=${enter} />`
        : html`<p class="empty">${t("who.choose")}</p>`}
    </aside>
    <${Toasts} />
  </main>`;
}
