// @ts-check
import { cls, html, useState } from "./html.js";
import { Icon } from "./icons.js";
import { Popover } from "./sheet.js";
import { clock } from "./time.js";
import { t } from "./i18n.js";

/**
 * @typedef {object} Light
 * @property {string} name box, kitchen, cards, hq, in this order
 * @property {"ok" | "warn" | "bad"} state
 * @property {string} [words] what is wrong
 * @property {number} [since] ms
 */

/** @type {Record<string, Record<string, string>>} */
const icons = {
  box: { warn: "server-off", bad: "server-off" },
  kitchen: { warn: "printer", bad: "printer" },
  hq: { warn: "hourglass", bad: "cloud-off" },
};
const rank = { ok: 0, warn: 1, bad: 2 };

/** @param {Light} l */
const name = (l) => t(`light.${l.name}`);

/** On the bar stands what is wrong; what to do stands in the list. @param {Light} l */
const words = (l) => (l.state === "ok" || !l.words ? name(l) : `${name(l)}: ${l.words.split(". ")[0].replace(/\.$/, "")}`);

/** @param {{light: Light, text?: string}} props */
function One({ light, text }) {
  const fine = light.state === "ok";
  return html`<span class=${cls("light", `light-${light.state}`)}>
    ${fine ? html`<i class="light-dot" aria-hidden="true"></i>` : html`<${Icon} name=${icons[light.name]?.[light.state] ?? "triangle-alert"} size=${18} />`}
    <span class="clip">${text ?? words(light)}</span>
  </span>`;
}

/**
 * The lights of the top bar. A fine light is a dot with a name; a bad one says what.
 * `away` replaces them all: when this device has lost the box, they say nothing.
 * @param {{lights: Light[], venue: import("./time.js").Venue, away?: {icon: string, words: string} | null}} props
 */
export function Lights({ lights, venue, away }) {
  const [open, setOpen] = useState(false);
  if (away) {
    return html`<div class="lights" role="status"><span class="light light-bad" data-away><${Icon} name=${away.icon} size=${18} /><span>${away.words}</span></span></div>`;
  }
  if (lights.length === 0) return html`<div class="lights"></div>`;
  const worst = lights.reduce((a, b) => (rank[b.state] > rank[a.state] ? b : a));
  return html`<div class="lights">
    <button type="button" class="lights-button" aria-haspopup="dialog" onClick=${() => setOpen(true)}>
      <span class="spoken">${t("lights.open")}: </span>
      <span class="lights-all">${lights.map((l) => html`<${One} key=${l.name} light=${l} />`)}</span>
      <span class="lights-worst"><${One} light=${worst} text=${worst.state === "ok" ? t("lights.allGood") : undefined} /></span>
    </button>
    ${open && html`<${Popover} label=${t("lights.title")} onClose=${() => setOpen(false)}>
      <h2 class="popover-title">${t("lights.title")}</h2>
      <ul class="lights-list">${lights.map((l) => html`<li key=${l.name}>
        <${One} light=${l} text=${name(l)} />
        <span class="secondary">${l.state === "ok" ? l.words || t("light.ok") : l.words}${l.state !== "ok" && l.since ? `, ${t("lights.since", { time: clock(l.since, venue) })}` : ""}</span>
        ${l.name === "hq" && l.state !== "ok" && html`<span class="hint">${t("lights.hqAway")}</span>`}
      </li>`)}</ul>
    <//>`}
  </div>`;
}
