// @ts-check
// The tablets and screens of the house, for a manager: what each is called and is for, a
// code for a new one, and shutting out a lost one.

import { cls, html, useEffect, useSignal } from "../../../sync/ui/kit/html.js";
import { call, get, post } from "../../../sync/ui/kit/api.js";
import { Button } from "../../../sync/ui/kit/button.js";
import { Chip } from "../../../sync/ui/kit/chip.js";
import { Field } from "../../../sync/ui/kit/field.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { Sheet } from "../../../sync/ui/kit/sheet.js";
import { now } from "../../../sync/ui/kit/ticker.js";
import { exactAge, tableAge } from "../../../sync/ui/kit/time.js";
import { Toasts } from "../../../sync/ui/kit/toast.js";
import { showFloor } from "./acts.js";
import { roleName, words } from "./people.js";
import * as state from "./state.js";

const api = "/api/v1";
const uses = ["tablet", "kitchen_screen", "customer_display"];

/**
 * @typedef {object} Device
 * @property {string} device
 * @property {"page" | "program"} kind
 * @property {string} name
 * @property {string} role
 * @property {string} [lastSeen]
 * @property {boolean} hasKey
 * @property {boolean} revoked
 * @property {string} [personId]
 * @property {boolean} [this]
 */

const look = 10_000; // ms: when devices were seen is no fact, so nobody tells

export function Devices() {
  const list = useSignal(/** @type {Device[] | null} */ (null));
  const problem = useSignal("");
  const sheet = useSignal(/** @type {{name: "new"} | {name: "change" | "revoke", device: Device} | null} */ (null));
  const load = async () => {
    try {
      list.value = (await get(`${api}/devices`)).devices;
      problem.value = "";
    } catch (err) {
      problem.value = words(err);
    }
  };
  useEffect(() => {
    void load();
    const timer = setInterval(load, look);
    return () => clearInterval(timer);
  }, []);
  const close = () => {
    sheet.value = null;
    void load();
  };
  const shown = (list.value ?? []).filter((d) => !d.revoked);
  const gone = (list.value ?? []).filter((d) => d.revoked).length;
  const s = sheet.value;
  return html`<main class="devices">
    <header class="bar">
      <${Button} kind="quiet" icon="arrow-left" label=${t("order.back")} onClick=${showFloor} />
      <h1 class="title clip">${t("devices.title")}</h1><span class="spacer"></span>
      <${Button} kind="ink" icon="plus" onClick=${() => (sheet.value = { name: "new" })}>${t("devices.new")}<//>
    </header>
    <section class="devices-list">
      ${problem.value && html`<p class="line-problem" role="alert">${problem.value}</p>`}
      <ul>${shown.map((d) => html`<${Row} key=${d.device} d=${d} onChange=${() => (sheet.value = { name: "change", device: d })} onRevoke=${() => (sheet.value = { name: "revoke", device: d })} />`)}</ul>
      ${gone > 0 && html`<p class="hint">${t("devices.gone", { n: gone })}</p>`}
    </section>
    ${s?.name === "new" && html`<${NewDevice} onClose=${close} />`}
    ${s?.name === "change" && html`<${Change} d=${s.device} onClose=${close} />`}
    ${s?.name === "revoke" && html`<${Revoke} d=${s.device} onClose=${close} />`}
    <${Toasts} />
  </main>`;
}

/** @param {{d: Device, onChange: () => void, onRevoke: () => void}} props */
function Row({ d, onChange, onRevoke }) {
  const person = state.people.value.find((p) => p.id === d.personId);
  const ms = d.lastSeen ? now.value - Date.parse(d.lastSeen) : null;
  const here = ms !== null && ms < 30_000;
  const seen = here ? t("devices.here") : ms === null ? t("devices.never") : t("devices.seen", { age: ms < 60_000 ? exactAge(ms) : tableAge(ms) });
  return html`<li class="device" data-device=${d.name}>
    <i class=${cls("device-dot", here && "device-here")} aria-hidden="true"></i>
    <div class="device-words"><strong class="clip">${d.name}${d.this && html` <span class="badge badge-sky">${t("devices.this")}</span>`}</strong>
      <span class="secondary">${[roleName(d.role), person?.name, seen].filter(Boolean).join(" · ")}</span>
      ${d.kind === "program" ? html`<span class="hint">${t("devices.program")}</span>` : !d.hasKey && html`<span class="hint">${t("devices.noKey")}</span>`}</div>
    ${d.kind === "page" && html`<${Button} icon="pencil" label=${t("devices.change", { name: d.name })} onClick=${onChange} />`}
    <${Button} kind="danger" aria-label=${t("devices.revoke", { name: d.name })} onClick=${onRevoke}>${t("devices.revokeGo")}<//>
  </li>`;
}

/** @param {{value: string, onChoose: (use: string) => void}} props */
function Use({ value, onChoose }) {
  const all = uses.includes(value) ? uses : [value, ...uses];
  return html`<h3 class="ask-title">${t("devices.use")}</h3>
    <div class="ask-reasons">${all.map((u) => html`<${Chip} key=${u} chosen=${u === value} onClick=${() => onChoose(u)}>${roleName(u)}<//>`)}</div>
    <p class="hint">${uses.includes(value) ? t(`use.${value}`) : t("devices.use.person", { role: roleName(value) })}</p>`;
}

/** @param {{onClose: () => void}} props */
function NewDevice({ onClose }) {
  const name = useSignal("");
  const use = useSignal("tablet");
  const code = useSignal(/** @type {{code: string, expires: number} | null} */ (null));
  const problem = useSignal("");
  const busy = useSignal(false);
  const make = async () => {
    busy.value = true;
    try {
      code.value = await post(`${api}/codes`, { name: name.value.trim(), role: use.value });
    } catch (err) {
      problem.value = words(err);
    }
    busy.value = false;
  };
  const c = code.value;
  const left = c ? c.expires - now.value : 0;
  if (c) {
    return html`<${Sheet} label=${t("devices.code")} onClose=${onClose} head=${html`<h2 class="title">${t("devices.code")}</h2>`}
      foot=${html`<${Button} kind="ink" class="grow" onClick=${onClose}>${t("sheet.done")}<//>`}>
      <p>${t("devices.codeHow", { name: name.value.trim() })}</p>
      <p class="code-where">${location.origin}</p>
      <p class="code-big" data-code>${c.code}</p>
      <p class="hint num">${left > 0 ? t("devices.codeLeft", { left: exactAge(left) }) : t("devices.codeOver")}</p>
    <//>`;
  }
  return html`<${Sheet} label=${t("devices.new")} onClose=${onClose} head=${html`<h2 class="title">${t("devices.new")}</h2>`}
    foot=${html`<${Button} class="grow" onClick=${onClose}>${t("devices.cancel")}<//>
      <${Button} kind="ink" class="grow" busy=${busy.value} off=${!name.value.trim() && t("devices.nameFirst")} onClick=${make}>${t("devices.makeCode")}<//>`}>
    <${Field} label=${t("devices.name")} value=${name.value} name="device" maxlength="60" autocomplete="off" hint=${t("devices.nameHint")} problem=${problem.value}
      onInput=${(/** @type {string} */ v) => { name.value = v; problem.value = ""; }} />
    <${Use} value=${use.value} onChoose=${(/** @type {string} */ u) => (use.value = u)} />
  <//>`;
}

/** @param {{d: Device, onClose: () => void}} props */
function Change({ d, onClose }) {
  const name = useSignal(d.name);
  const use = useSignal(d.role);
  const problem = useSignal("");
  const busy = useSignal(false);
  const save = async () => {
    busy.value = true;
    try {
      await call("PUT", `${api}/devices/${d.device}`, { name: name.value.trim(), role: use.value });
      onClose();
    } catch (err) {
      problem.value = words(err);
    }
    busy.value = false;
  };
  const title = t("devices.change", { name: d.name });
  return html`<${Sheet} label=${title} onClose=${onClose} head=${html`<h2 class="title">${title}</h2>`}
    foot=${html`<${Button} class="grow" onClick=${onClose}>${t("devices.cancel")}<//>
      <${Button} kind="ink" class="grow" busy=${busy.value} off=${!name.value.trim() && t("devices.nameFirst")} onClick=${save}>${t("devices.save")}<//>`}>
    <${Field} label=${t("devices.name")} value=${name.value} name="device" maxlength="60" autocomplete="off" problem=${problem.value}
      onInput=${(/** @type {string} */ v) => { name.value = v; problem.value = ""; }} />
    <${Use} value=${use.value} onChoose=${(/** @type {string} */ u) => (use.value = u)} />
  <//>`;
}

/** @param {{d: Device, onClose: () => void}} props */
function Revoke({ d, onClose }) {
  const problem = useSignal("");
  const busy = useSignal(false);
  const go = async () => {
    busy.value = true;
    try {
      await call("POST", `${api}/devices/${d.device}/revoke`);
      onClose();
    } catch (err) {
      problem.value = words(err);
    }
    busy.value = false;
  };
  const title = t("devices.revokeSure", { name: d.name });
  return html`<${Sheet} label=${title} onClose=${onClose} head=${html`<h2 class="title">${title}</h2>`}
    foot=${html`<${Button} class="grow" onClick=${onClose}>${t("devices.keep")}<//><span class="apart"></span>
      <${Button} kind="danger-solid" class="grow" busy=${busy.value} onClick=${go}>${t("devices.revokeGo")}<//>`}>
    <p>${d.this ? t("devices.revokeThis") : t("devices.revokeWhat")}</p>
    ${problem.value && html`<p class="line-problem" role="alert">${problem.value}</p>`}
  <//>`;
}
