// @ts-check
// What a document would change, and what is wrong with it: shown before anything is done.

import { html } from "./html.js";
import { Icon } from "./icons.js";
import { t } from "./i18n.js";

/** @typedef {{where: string, was?: string, will?: string}} Change was and will are JSON; none: it is new, it goes */

const shown = 200; // changes, of which a person reads a few

/** @param {{list: Change[]}} props */
export function Changes({ list }) {
  return html`<table class="table changes"><thead><tr><th scope="col">${t("changes.where")}</th><th scope="col">${t("changes.was")}</th><th scope="col">${t("changes.will")}</th></tr></thead>
    <tbody>${list.slice(0, shown).map((c, i) => html`<tr key=${i}><th scope="row"><code>${c.where}</code></th>
      <td>${c.was ? html`<del>${c.was}</del>` : html`<em>${t("changes.new")}</em>`}</td><td>${c.will ? html`<ins>${c.will}</ins>` : html`<em>${t("changes.gone")}</em>`}</td></tr>`)}</tbody></table>
    ${list.length > shown && html`<p class="changes-say">${t("changes.more", { n: list.length - shown })}</p>`}`;
}

/** Every mistake, each with its place and its line. @param {{problem: import("./api.js").Problem}} props */
export function Mistakes({ problem }) {
  return html`<p role="status" class="changes-say mistakes-lead"><${Icon} name="triangle-alert" size=${20} /><strong>
      ${problem.errors.length > 0 ? t("mistakes.n", { n: problem.errors.length }) : problem.message}</strong></p>
    <ol class="mistakes">${problem.errors.map((e, i) => html`<li key=${i}><code>${e.location}</code><span>${e.message}</span></li>`)}</ol>`;
}
