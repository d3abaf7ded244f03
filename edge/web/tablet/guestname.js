// @ts-check
// In whose name guests wait. A name is looked for and kept at the box, never here: it is
// in no wish, and gone with the sheet.

import { html, useEffect, useState } from "../../../sync/ui/kit/html.js";
import { Button } from "../../../sync/ui/kit/button.js";
import { Field } from "../../../sync/ui/kit/field.js";
import { call } from "../../../sync/ui/kit/api.js";
import { newId } from "../../../sync/ui/kit/id.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { toast } from "../../../sync/ui/kit/toast.js";
import * as state from "./state.js";

/** @typedef {{name: string, phone: string, customerId: string}} Named customerId: of a guest who was found; empty: none */

/** @type {Named} */
export const nobody = { name: "", phone: "", customerId: "" };

const pause = 250; // ms after the last key
const most = 3; // who are shown

/**
 * The id of whoever was named; undefined where nobody was. A new guest is saved first.
 * @param {Named} named
 * @returns {Promise<string | undefined>}
 */
export async function customerOf(named) {
  if (named.customerId) return named.customerId;
  const { name, phone } = named;
  if (!name.trim() && !phone.trim()) return undefined;
  const id = newId();
  try {
    await call("PUT", `/api/v1/guests/${id}`, { ...(name.trim() ? { name } : {}), ...(phone.trim() ? { phone } : {}) }, { headers: { "Idempotency-Key": id } });
    return id;
  } catch (err) {
    toast({ text: t("guest.notSaved", { why: err instanceof Error ? err.message : "" }) });
    return undefined;
  }
}

/** @param {{named: Named, onChange: (n: Named) => void}} props */
export function GuestName({ named, onChange }) {
  const [found, setFound] = useState(/** @type {Named[]} */ ([]));
  const { name, phone, customerId } = named;
  useEffect(() => {
    if (customerId || (name.trim().length < 2 && phone.replace(/\D/g, "").length < 3)) return void setFound([]);
    let now = true;
    const timer = setTimeout(() => void look(name, phone).then((list) => now && setFound(list)), pause);
    return () => {
      now = false;
      clearTimeout(timer);
    };
  }, [name, phone, customerId]);
  if (!state.may("guest.write")) return null;
  return html`<section class="sheet-part guest-name"><div class="guest-fields">
      <${Field} label=${t("guest.name")} value=${name} data-guest="name" autocomplete="off" maxlength="80" onInput=${(/** @type {string} */ v) => onChange({ ...named, customerId: "", name: v })} />
      <${Field} label=${t("guest.phone")} value=${phone} data-guest="phone" type="tel" autocomplete="off" maxlength="32" onInput=${(/** @type {string} */ v) => onChange({ ...named, customerId: "", phone: v })} /></div>
    ${found.length > 0 && html`<div class="guest-found" role="list">${found.map((g) => html`<div role="listitem" key=${g.customerId}>
      <${Button} kind="quiet" icon="users" data-guest-found=${g.customerId} onClick=${() => onChange(g)}>${g.name || t("guest.noName")} <span class="num">${g.phone}</span><//></div>`)}</div>`}
    ${customerId && html`<p class="secondary">${t("guest.known")}</p>`}</section>`;
}

/** Who may be meant; nobody where the box does not answer. @param {string} name @param {string} phone @returns {Promise<Named[]>} */
async function look(name, phone) {
  try {
    const { body } = await call("POST", "/api/v1/guests/search", { ...(name.trim() ? { name } : {}), ...(phone.trim() ? { phone } : {}), limit: most });
    return body.guests.map((/** @type {any} */ g) => ({ name: g.name ?? "", phone: g.phone ?? "", customerId: g.customerId }));
  } catch {
    return [];
  }
}
