// @ts-check
// Who somebody is and what they may do; and taking them out of service.

import { html, useSignal } from "../../../sync/ui/kit/html.js";
import { Button } from "../../../sync/ui/kit/button.js";
import { Chip } from "../../../sync/ui/kit/chip.js";
import { Field } from "../../../sync/ui/kit/field.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { newId } from "../../../sync/ui/kit/id.js";
import { Sheet } from "../../../sync/ui/kit/sheet.js";
import { roles } from "./list.js";
import * as state from "./state.js";

/** @typedef {import("./list.js").Known} Known */
/** @typedef {import("./list.js").Mistakes} Mistakes */

/** @param {{person: Known | null, onClose: () => void, onOut: () => void}} props person: null: somebody new */
export function Form({ person, onClose, onOut }) {
  const id = useSignal(person?.id ?? newId());
  const name = useSignal(person?.name ?? "");
  const role = useSignal(person?.role ?? "server");
  const pin = useSignal("");
  const wrong = useSignal(/** @type {Mistakes} */ ({}));
  const busy = useSignal(false);
  const own = state.owner.value === "box";
  const now = state.people.value.find((p) => p.id === id.value); // a new one is there once the name is taken
  const save = async () => {
    busy.value = true;
    const said = name.value.trim();
    const changed = own && !(now?.active && now.name === said && now.role === role.value);
    const refused = await state.save({ id: id.value, name: said, role: role.value }, { pin: pin.value, changed });
    busy.value = false;
    if (refused) wrong.value = refused;
    else onClose();
  };
  const title = person ? t(!own ? "people.pin" : person.active ? "people.change" : "people.bring", { name: person.name }) : t("people.add");
  return html`<${Sheet} label=${title} onClose=${onClose} head=${html`<h2 class="title">${title}</h2>`}
    foot=${html`<${Button} class="grow" onClick=${onClose}>${t("form.not")}<//>
      <${Button} kind="ink" class="grow" busy=${busy.value} onClick=${save}>${t("form.save")}<//>`}>
    <form class="form" onSubmit=${(/** @type {Event} */ e) => { e.preventDefault(); void save(); }} novalidate>
      ${wrong.value.all && html`<p class="form-wrong" role="alert">${wrong.value.all}</p>`}
      ${own && html`<${Field} label=${t("form.name")} value=${name.value} name="name" autocomplete="off" hint=${t("form.nameHint")} problem=${wrong.value.name}
        onInput=${(/** @type {string} */ v) => { name.value = v; wrong.value = {}; }} />
        <div class="form-part"><h3>${t("form.role")}</h3>
          <div class="form-roles">${roles.map((r) => html`<${Chip} key=${r} chosen=${r === role.value} onClick=${() => { role.value = r; wrong.value = {}; }}>${t(`role.${r}`)}<//>`)}</div>
          <p class=${wrong.value.role ? "form-wrong" : "field-hint"}>${wrong.value.role ?? t(`may.${role.value}`)}</p></div>`}
      <${Field} label=${t("form.pin")} value=${pin.value} name="pin" mono inputmode="numeric" autocomplete="off" maxlength="8"
        hint=${t(now?.hasPin ? "form.pinKeep" : "form.pinHint")} problem=${wrong.value.pin}
        onInput=${(/** @type {string} */ v) => { pin.value = v; wrong.value = {}; }} />
      <button type="submit" hidden></button>
      ${own && person?.active && html`<${Button} kind="danger" onClick=${onOut}>${t("form.out")}<//>`}
    </form>
  <//>`;
}

/** @param {{person: Known, onClose: () => void}} props */
export function TakeOut({ person, onClose }) {
  const wrong = useSignal("");
  const busy = useSignal(false);
  const go = async () => {
    busy.value = true;
    const refused = await state.takeOut(person.id);
    busy.value = false;
    if (refused) wrong.value = refused.all ?? "";
    else onClose();
  };
  const title = t("form.outSure", { name: person.name });
  return html`<${Sheet} label=${title} onClose=${onClose} head=${html`<h2 class="title">${title}</h2>`}
    foot=${html`<${Button} class="grow" onClick=${onClose}>${t("form.keep")}<//><span class="apart"></span>
      <${Button} kind="danger-solid" class="grow" busy=${busy.value} onClick=${go}>${t("form.out")}<//>`}>
    <p>${t("form.outWhat")}</p>
    ${wrong.value && html`<p class="form-wrong" role="alert">${wrong.value}</p>`}
  <//>`;
}
