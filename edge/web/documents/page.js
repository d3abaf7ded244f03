// @ts-check
import { html, useSignal } from "../../../sync/ui/kit/html.js";
import { Button } from "../../../sync/ui/kit/button.js";
import { Icon } from "../../../sync/ui/kit/icons.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { ThemeChoice } from "../../../sync/ui/kit/themechoice.js";
import { Toasts } from "../../../sync/ui/kit/toast.js";
import { Give } from "./give.js";
import * as state from "./state.js";

/** @typedef {import("./state.js").Document} Document */
/** @typedef {import("./state.js").Owner} Owner */

export function Page() {
  const open = useSignal(/** @type {{seen: Document, owner: Owner} | null} */ (null));
  return html`<main class="docs">
    <header class="docs-head"><a class="btn btn-quiet" href="/" aria-label=${t("documents.back")}><${Icon} name="arrow-left" size=${24} /></a>
      <div class="docs-title"><h1>${t("documents.title")}</h1><p class="clip">${state.me.value?.restaurant.name}</p></div><${ThemeChoice} /></header>
    <div class="docs-list">
      ${state.away.value && html`<p class="docs-say" role="status"><${Icon} name="server-off" size=${20} />${t("documents.away")}</p>`}
      <p class="docs-lead">${t("documents.lead")}</p>
      <ul>${state.documents.value.map((d) => html`<${Row} key=${d.kind} document=${d} onGive=${(/** @type {Owner} */ owner) => (open.value = { seen: d, owner })} />`)}</ul>
    </div>
    ${open.value && html`<${Give} seen=${open.value.seen} owner=${open.value.owner} onClose=${() => (open.value = null)} />`}
    <${Toasts} />
  </main>`;
}

/** @param {{document: Document, onGive: (owner: Owner) => void}} props */
function Row({ document: d, onGive }) {
  return html`<li class="docs-row" data-kind=${d.kind} data-owner=${d.owner}>
    <div class="docs-words"><h2>${t(`kind.${d.kind}`)}</h2><p class="secondary">${t(`owner.${d.owner}`)}</p>
      ${d.offered && html`<p class="badge badge-amber">${t("documents.offers", { n: d.changes?.length ?? 0 })}</p>`}</div>
    <div class="docs-acts">${state.others(d).map((o) => html`<${Button} key=${o} data-give=${o} onClick=${() => onGive(o)}>${t(`give.${o}`)}<//>`)}</div>
  </li>`;
}
