// @ts-check
// A file that is to be published: every mistake with its line, or what it would
// change; then, and only when somebody says so, it goes.

import { html, useEffect, useState } from "../../../sync/ui/kit/html.js";
import { Away, Problem, call } from "../../../sync/ui/kit/api.js";
import { Button } from "../../../sync/ui/kit/button.js";
import { Changes, Mistakes } from "../../../sync/ui/kit/changes.js";
import { Icon } from "../../../sync/ui/kit/icons.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { Sheet } from "../../../sync/ui/kit/sheet.js";
import { toast } from "../../../sync/ui/kit/toast.js";
import * as state from "./state.js";

/** @typedef {{sha256: string, inForce?: string, changes: import("../../../sync/ui/kit/changes.js").Change[]}} Checked */

/** @param {{file: import("./page.js").File, onClose: () => void}} props */
export function Publish({ file, onClose }) {
  const [checked, setChecked] = useState(/** @type {Checked | null} */ (null));
  const [problem, setProblem] = useState(/** @type {Problem | null} */ (null));
  const [away, setAway] = useState(false);
  const [busy, setBusy] = useState(false);
  const boxes = state.restaurant.value?.boxes ?? [];
  const dark = boxes.filter((b) => b.state !== "online").length;
  /** @param {unknown} err */
  const failed = (err) => {
    if (err instanceof Away) setAway(true);
    else if (err instanceof Problem) setProblem(err);
    else throw err;
  };
  const check = async () => {
    setAway(false);
    try {
      setChecked((await call("POST", state.at(`${file.at}/check`), file.text, { raw: true, timeout: 30_000, headers: { "Content-Type": file.type } })).body);
    } catch (err) {
      failed(err);
    }
  };
  useEffect(() => void check(), []);
  const publish = async () => {
    setBusy(true);
    try {
      /** @type {Record<string, string>} */
      const headers = { "Content-Type": file.type, ...(checked?.inForce && { "If-Match": `"${checked.inForce}"` }) };
      await call("PUT", state.at(file.at), file.text, { raw: true, timeout: 30_000, headers });
      toast({ text: t(dark > 0 ? "publish.later" : "publish.done", { kind: t(`kind.${file.kind}`) }) });
      await state.load();
      onClose();
    } catch (err) {
      failed(err);
    }
    setBusy(false);
  };
  const n = checked?.changes.length ?? 0;
  return html`<${Sheet} label=${t("publish.title", { kind: t(`kind.${file.kind}`) })} class="aside-zone publish" onClose=${onClose}
    head=${html`<h2>${t("publish.title", { kind: t(`kind.${file.kind}`) })}</h2><p class="clip">${t("publish.lead", { file: file.name, name: state.restaurant.value?.name ?? "" })}</p>`}
    foot=${html`<${Button} onClick=${onClose}>${t("publish.cancel")}<//>
      ${away ? html`<${Button} kind="ink" onClick=${check}>${t("publish.again")}<//>`
        : html`<${Button} kind="ink" icon="send" busy=${busy} off=${problem ? t("publish.offMistakes") : !checked ? t("publish.checking") : n === 0 ? t("publish.same") : false} onClick=${publish}>
          ${t("publish.go", { n: boxes.length })}<//>`}`}>
    ${away && html`<p role="status" class="changes-say">${t("documents.away")}</p>`}
    ${problem && html`<${Mistakes} problem=${problem} />`}
    ${!away && !problem && !checked && html`<p role="status" class="changes-say">${t("publish.checking")}</p>`}
    ${checked && !problem && html`<p role="status" class="changes-say"><strong>${n === 0 ? t("publish.same") : t("publish.changes", { n })}</strong>
      ${dark > 0 && n > 0 && html`<span class="publish-dark"><${Icon} name="cloud-off" size=${16} />${t("publish.dark", { n: dark })}</span>`}</p>
      ${n > 0 && html`<${Changes} list=${checked.changes} />`}`}
  <//>`;
}
