// @ts-check
// What was set aside: facts that head office keeps and could not count, why, and
// another try once a newer program may know better.

import { html, useEffect, useState } from "../../../sync/ui/kit/html.js";
import { Away, call, get } from "../../../sync/ui/kit/api.js";
import { Button } from "../../../sync/ui/kit/button.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { Sheet } from "../../../sync/ui/kit/sheet.js";
import { clock, dayName } from "../../../sync/ui/kit/time.js";
import { toast } from "../../../sync/ui/kit/toast.js";
import * as state from "./state.js";

/** @typedef {{box: string, restaurantId: string, restaurant: string, seq: number, type: string, for: string, reason: string, since: number, fact?: unknown}} Aside */

/** @param {{onClose: () => void}} props */
export function AsideSheet({ onClose }) {
  const [facts, setFacts] = useState(/** @type {Aside[] | null} */ (null));
  const [busy, setBusy] = useState(false);
  const [words, setWords] = useState("");
  const load = async () => {
    try {
      const list = /** @type {{facts: Aside[]}} */ (await get("/api/v1/quarantine")).facts;
      setFacts(list);
      setWords("");
      return list.length;
    } catch (err) {
      setWords(err instanceof Away ? t("aside.away") : /** @type {Error} */ (err).message);
      return -1;
    }
  };
  useEffect(() => void load(), []);
  const retry = async () => {
    setBusy(true);
    try {
      const done = (await call("POST", "/api/v1/quarantine/retry")).body;
      toast({ text: t("aside.tried", { n: done.folded }) });
      if ((await load()) === 0) onClose();
    } catch (err) {
      toast({ text: err instanceof Away ? t("aside.away") : /** @type {Error} */ (err).message });
    }
    setBusy(false);
  };
  return html`<${Sheet} label=${t("aside.title")} class="aside-zone" onClose=${onClose}
    head=${html`<h2>${t("aside.title")}</h2><p>${t("aside.lead")}</p>`}
    foot=${html`<${Button} onClick=${onClose}>${t("aside.close")}<//><${Button} kind="ink" busy=${busy} off=${facts?.length ? false : t("aside.none")} onClick=${retry}>${t("aside.retry")}<//>`}>
    ${words && html`<p role="status">${words}</p>`}
    ${facts?.length === 0 && html`<p class="look-none">${t("aside.none")}</p>`}
    <ul class="asides">${(facts ?? []).map((f) => html`<li key=${`${f.box}${f.seq}${f.for}`}>
      <p><strong class="num">${f.type || t("aside.unknown")}</strong><span>${t("aside.where", { name: f.restaurant, seq: f.seq, when: when(f) })}</span></p>
      <p class="aside-why">${f.reason}</p>
      <details><summary>${t("aside.fact")}</summary><pre>${JSON.stringify(f.fact ?? null, null, 1)}</pre></details></li>`)}</ul>
  <//>`;
}

/** @param {Aside} f */
function when(f) {
  const r = state.shown.value.find((x) => x.id === f.restaurantId);
  return `${dayName(new Date(f.since).toISOString().slice(0, 10))}, ${clock(f.since, r ?? {})}`;
}
