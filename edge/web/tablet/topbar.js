// @ts-check
// What every screen has at the right of its top bar: the lights and the person.

import { html, useState } from "../../../sync/ui/kit/html.js";
import { signOut } from "../../../sync/ui/kit/api.js";
import { Button } from "../../../sync/ui/kit/button.js";
import { known, t } from "../../../sync/ui/kit/i18n.js";
import { Lights } from "../../../sync/ui/kit/lights.js";
import { Popover } from "../../../sync/ui/kit/sheet.js";
import { ThemeChoice } from "../../../sync/ui/kit/themechoice.js";
import { now } from "../../../sync/ui/kit/ticker.js";
import { clock, exactAge } from "../../../sync/ui/kit/time.js";
import { toast } from "../../../sync/ui/kit/toast.js";
import * as cart from "./cart.js";
import * as state from "./state.js";

export function TopLights() {
  const venue = state.currency.value;
  const since = state.lostSince.value;
  let away = null;
  if (since !== null) {
    away = navigator.onLine
      ? { icon: "server-off", words: t("away.box", { time: clock(since, venue) }) }
      : { icon: "wifi-off", words: t("away.wifi", { age: exactAge(now.value - since) }) };
  }
  return html`<${Lights} lights=${state.lights.value} venue=${venue} away=${away} />`;
}

/** @param {string} name "Tablet 1" -> "T1" */
export function initials(name) {
  return name.split(/\s+/).filter(Boolean).map((w) => [...w][0]).slice(0, 2).join("").toUpperCase();
}

export function Me() {
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const me = state.me.value;
  if (!me) return null;
  const left = cart.dishes([...Object.values(state.drafts.value).flat(), ...state.waitingLines.value]);
  const out = async () => {
    setBusy(true);
    try {
      await signOut();
    } catch {
      toast({ text: t("me.signOutAway") });
      setBusy(false);
    }
  };
  const role = `role.${me.role}`;
  return html`<div class="me">
    <button type="button" class="avatar" aria-label=${t("me.open")} aria-haspopup="dialog" onClick=${() => setOpen(true)}>${initials(me.name)}</button>
    ${open && html`<${Popover} label=${me.name} onClose=${() => setOpen(false)}>
      <h2 class="popover-title">${me.name}</h2>
      <p class="secondary">${known(role) ? t(role) : me.role} · ${me.restaurant.name}</p>
      <div class="me-theme"><span class="hint">${t("theme.label")}</span><${ThemeChoice} /></div>
      <${Button} icon="log-out" busy=${busy} off=${left > 0 && t("me.signOutNot", { n: left })} onClick=${out}>${t("me.signOut")}<//>
    <//>`}
  </div>`;
}
