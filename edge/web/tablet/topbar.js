// @ts-check
// What every screen has at the right of its top bar: the lights and the person.

import { html, useState } from "../../../sync/ui/kit/html.js";
import { signOut } from "../../../sync/ui/kit/api.js";
import { Button } from "../../../sync/ui/kit/button.js";
import { Chip } from "../../../sync/ui/kit/chip.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { Lights } from "../../../sync/ui/kit/lights.js";
import { Popover } from "../../../sync/ui/kit/sheet.js";
import { ThemeChoice } from "../../../sync/ui/kit/themechoice.js";
import { now } from "../../../sync/ui/kit/ticker.js";
import { clock, exactAge } from "../../../sync/ui/kit/time.js";
import { toast } from "../../../sync/ui/kit/toast.js";
import { show } from "./acts.js";
import { ApprovalBell } from "./approvalsheet.js";
import * as cart from "./cart.js";
import { chooseLanguage, language, languageName } from "./language.js";
import { initials, leave, roleName } from "./people.js";
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
  const name = me.person?.name ?? me.name;
  /** @param {"people" | "devices"} screen */
  const go = (screen) => {
    setOpen(false);
    show(screen);
  };
  const end = async () => {
    setOpen(false);
    await leave();
  };
  return html`<${ApprovalBell} /><div class="me">
    <button type="button" class="avatar" aria-label=${t("me.open")} aria-haspopup="dialog" onClick=${() => setOpen(true)}>${initials(name)}</button>
    ${open && html`<${Popover} label=${name} onClose=${() => setOpen(false)}>
      <h2 class="popover-title">${name}</h2>
      <p class="secondary">${[roleName(me.role), me.person && me.name, me.restaurant.name].filter(Boolean).join(" · ")}</p>
      ${state.may("staff.read") && html`<${Button} onClick=${() => go("people")}>${t(me.person ? "me.other" : "me.pin")}<//>`}
      ${me.person && html`<${Button} off=${left > 0 && t("me.signOutNot", { n: left })} onClick=${end}>${t("me.leave", { name })}<//>`}
      ${state.may("device.write") && html`<${Button} onClick=${() => go("devices")}>${t("devices.title")}<//>`}
      <${Languages} />
      ${state.may("staff.write") && html`<a class="btn btn-outline" href="/people"><span class="btn-words">${t("me.people")}</span></a>`}
      ${state.may("venue.write") && html`<a class="btn btn-outline" href="/documents"><span class="btn-words">${t("me.documents")}</span></a>`}
      ${state.may("audit.read") && html`<a class="btn btn-outline" href="/audit"><span class="btn-words">${t("me.audit")}</span></a>`}
      <div class="me-theme"><span class="hint">${t("theme.label")}</span><${ThemeChoice} /></div>
      <${Button} icon="log-out" busy=${busy} off=${left > 0 && t("me.signOutNot", { n: left })} onClick=${out}>${t("me.signOut")}<//>
    <//>`}
  </div>`;
}

/** In which language dishes are named here, where the menu has several. */
function Languages() {
  const all = state.menu.value?.languages ?? [];
  if (all.length === 0) return null;
  return html`<div class="me-languages" role="group" aria-label=${t("menu.language")}><span class="hint">${t("menu.language")}</span>
    ${["", ...all].map((tag) => html`<${Chip} key=${tag} chosen=${language.value === tag} check=${false} data-language=${tag} onClick=${() => chooseLanguage(tag)}>${tag ? languageName(tag) : t("menu.asWritten")}<//>`)}</div>`;
}
