// @ts-check
import { html, useState } from "../../../sync/ui/kit/html.js";
import { Icon } from "../../../sync/ui/kit/icons.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { clock, dayName } from "../../../sync/ui/kit/time.js";
import { Toasts } from "../../../sync/ui/kit/toast.js";
import { Nav } from "../today/nav.js";
import { Pick } from "../today/pick.js";
import { boxName, formOf, forms, kinds, standings } from "./kinds.js";
import { Publish } from "./publish.js";
import * as state from "./state.js";

/** @typedef {import("./kinds.js").Form & {kind: string, name: string, text: string}} File */

export function Page() {
  const all = state.restaurants.value ?? [];
  const [file, setFile] = useState(/** @type {File | null} */ (null));
  return html`<div class="hq">
    <${Nav} me=${state.me.value} lead=${t("restaurants.n", { n: all.length })} page="documents" />
    <header class="head"><h1>${t("nav.documents")}</h1>
      <span class="head-day">${t("documents.lead")}</span>
      <${Pick} all=${all} chosen=${state.chosen.value} onChoose=${state.choose} />
    </header>
    <main class="page">
      ${state.away.value && html`<p class="lost" role="status"><${Icon} name="cloud-off" size=${16} />${t("documents.away")}</p>`}
      ${all.length === 0 && html`<p class="card kind">${t("table.empty")}</p>`}
      ${state.inForce.value && html`<div class="kinds">${kinds.map((k) => html`<${Kind} key=${`${k}${state.chosen.value}`} kind=${k} onFile=${setFile} />`)}</div>`}
    </main>
    ${file && html`<${Publish} file=${file} onClose=${() => setFile(null)} />`}
    <${Toasts} />
  </div>`;
}

/** @param {number} at ms */
export function when(at) {
  const zone = state.restaurant.value?.zone || undefined;
  const day = new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(at);
  return t("documents.when", { day: dayName(day), time: clock(at, { zone }) });
}

/** One kind of document: whose it is, what is in force, and what is on its way. @param {{kind: string, onFile: (f: File) => void}} props */
function Kind({ kind, onFile }) {
  const docs = (state.inForce.value ?? []).filter((f) => f.kind === kind && f.sha256);
  const owner = (state.inForce.value ?? []).find((f) => f.kind === kind)?.owner ?? "box";
  const boxes = state.restaurant.value?.boxes ?? [];
  const several = boxes.length > 1;
  /** @param {any} e */
  const picked = async (e) => {
    const input = e.currentTarget;
    const f = input.files?.[0];
    if (f) onFile({ kind, name: f.name, text: await f.text(), ...formOf(kind, f.name) });
    input.value = "";
  };
  return html`<section class="card kind" data-kind=${kind} aria-label=${t(`kind.${kind}`)}>
    <h2 class="card-title">${t(`kind.${kind}`)}<span class=${`badge ${owner === "hq" ? "badge-blue" : ""}`} data-owner=${owner}>${t(`owner.${owner}`)}</span></h2>
    <p class="kind-what">${t(`kind.${kind}.what`)}</p>
    ${docs.length === 0 ? html`<p class="kind-none">${t("documents.none")}</p>`
      : html`<ul class="versions">${docs.map((f) => html`<li key=${f.box}>
          <p><strong>${t("documents.since", { when: when(f.since) })}</strong>
            <span>${t(`from.${f.owner}`)}${several && html`, ${t("documents.box", { box: boxName(f.box) })}`}</span></p>
          ${f.here ? html`<code title=${f.sha256}>${f.sha256.slice(0, 8)}</code>` : html`<span class="badge badge-amber"><${Icon} name="hourglass" size=${16} />${t("documents.coming")}</span>`}</li>`)}</ul>`}
    <${Standings} kind=${kind} />
    <div class="kind-foot">
      ${docs.some((f) => f.here) && forms(kind).map((f) => html`<a key=${f.at} class="btn btn-outline btn-small" href=${state.at(f.at)} download=${f.file}><${Icon} name="download" size=${16} /><span>${t(`file.${f.ending}`)}</span></a>`)}
      ${owner === "hq" ? html`<label class="btn btn-ink btn-small file"><span>${t("documents.choose")}</span>
          <input type="file" accept=${forms(kind).map((f) => `.${f.ending},${f.type}`).join()} aria-label=${t("documents.chooseLabel", { kind: t(`kind.${kind}`) })} onChange=${picked} /></label>`
        : html`<p class="kind-note">${t(`note.${owner}`)}</p>`}
    </div>
  </section>`;
}

/** @type {Record<string, [string, string]>} */
const signs = {
  waiting: ["badge", "hourglass"], dark: ["badge badge-amber", "cloud-off"], fetching: ["badge badge-sky", "download"], arrived: ["badge badge-green", "check"],
  refused: ["badge badge-red", "triangle-alert"], expired: ["badge", "x"], replaced: ["badge", "x"],
};

/** @param {{kind: string}} props */
function Standings({ kind }) {
  const list = standings(kind, state.inForce.value ?? [], state.wishes.value, state.restaurant.value?.boxes ?? []);
  if (list.length === 0) return null;
  return html`<ul class="standings" aria-label=${t("documents.published", { when: when(list[0].made) })}>
    <li class="standings-head">${t("documents.published", { when: when(list[0].made) })}</li>
    ${list.map((s) => html`<li key=${s.box} data-standing=${s.state}>
      <span class=${signs[s.state][0]}><${Icon} name=${signs[s.state][1]} size=${16} />${t(`standing.${s.state}`)}</span>
      <span class="standing-box">${t("documents.box", { box: boxName(s.box) })}${s.since ? html`, ${when(s.since)}` : null}</span>
      ${s.state === "refused" && html`<p class="standing-why">${s.reason}</p>`}</li>`)}</ul>`;
}
