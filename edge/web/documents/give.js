// @ts-check
// A kind of document is given to another owner: first what that would change, then, and
// only when somebody says so, it is done. Where head office offers another one meanwhile,
// its changes are looked at anew.

import { html, useSignal } from "../../../sync/ui/kit/html.js";
import { Away, Problem } from "../../../sync/ui/kit/api.js";
import { Button } from "../../../sync/ui/kit/button.js";
import { Changes, Mistakes } from "../../../sync/ui/kit/changes.js";
import { Icon } from "../../../sync/ui/kit/icons.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { Sheet } from "../../../sync/ui/kit/sheet.js";
import { toast } from "../../../sync/ui/kit/toast.js";
import * as state from "./state.js";

/** @typedef {import("./state.js").Document} Document */

/** @param {{seen: Document, owner: import("./state.js").Owner, onClose: () => void}} props seen: as it was when the sheet rose */
export function Give({ seen: first, owner, onClose }) {
  const seen = useSignal(first);
  const moved = useSignal(false);
  const away = useSignal(false);
  const problem = useSignal(/** @type {Problem | null} */ (null));
  const busy = useSignal(false);
  const { kind } = first;
  /** @param {unknown} err */
  const failed = async (err) => {
    if (err instanceof Problem && err.code === "offer_changed") {
      await state.load();
      seen.value = state.documents.value.find((d) => d.kind === kind) ?? first;
      moved.value = true;
    } else if (err instanceof Problem) problem.value = err;
    else if (err instanceof Away) away.value = true;
    else throw err;
  };
  const go = async () => {
    busy.value = true;
    away.value = false;
    try {
      await state.give(seen.value, owner);
      toast({ text: t(`given.${owner}`, { kind: t(`kind.${kind}`) }) });
      await state.load().catch(() => {}); // it is done, and the page asks again by itself
      onClose();
    } catch (err) {
      await failed(err).catch(failed);
    }
    busy.value = false;
  };
  const title = t(`giveKind.${owner}`, { kind: t(`kind.${kind}`) });
  return html`<${Sheet} label=${title} class="docs-zone" onClose=${onClose} head=${html`<h2 class="title">${title}</h2>`}
    foot=${html`<${Button} class="grow" onClick=${onClose}>${t("give.not")}<//>
      <${Button} kind="ink" class="grow" busy=${busy.value} off=${problem.value && t("give.off")} onClick=${go}>${t(away.value ? "give.again" : `give.${owner}`)}<//>`}>
    ${away.value && html`<p role="alert" class="changes-say docs-moved"><${Icon} name="server-off" size=${20} />${t("documents.away")}</p>`}
    ${moved.value && !problem.value && html`<p role="alert" class="changes-say docs-moved"><${Icon} name="triangle-alert" size=${20} />${t("give.moved")}</p>`}
    ${problem.value ? html`<${Mistakes} problem=${problem.value} />` : html`<${What} seen=${seen.value} owner=${owner} />`}
  <//>`;
}

/** What giving it away means here. @param {{seen: Document, owner: string}} props */
function What({ seen, owner }) {
  const n = seen.changes?.length ?? 0;
  if (owner !== "hq") return html`<p class="changes-say">${t(`give.${owner}What`)}</p>`;
  if (!seen.offered) return html`<p class="changes-say">${t("give.noOffer")}</p>`;
  return html`<p role="status" class="changes-say"><strong>${n === 0 ? t("give.same") : t("give.changes", { n })}</strong></p>
    ${n > 0 && html`<${Changes} list=${seen.changes} />`}`;
}
