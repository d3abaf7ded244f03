// @ts-check
// Which restaurant a page shows.

import { html } from "../../../sync/ui/kit/html.js";
import { t } from "../../../sync/ui/kit/i18n.js";

/** @param {{all: {id: string, name: string}[], chosen: string, onChoose: (id: string) => void}} props */
export function Pick({ all, chosen, onChoose }) {
  if (all.length === 0) return null;
  return html`<label class="pick"><span>${t("pick.restaurant")}</span>
    <select value=${chosen} onChange=${(/** @type {any} */ e) => onChoose(e.currentTarget.value)}>
      ${all.map((r) => html`<option key=${r.id} value=${r.id} selected=${r.id === chosen}>${r.name}</option>`)}</select></label>`;
}
