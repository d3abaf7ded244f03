// @ts-check
// What stands beside every page of head office: whose it is, the pages, and who looks.

import { cls, html, useState } from "../../../sync/ui/kit/html.js";
import { signOut } from "../../../sync/ui/kit/api.js";
import { Button } from "../../../sync/ui/kit/button.js";
import { Icon } from "../../../sync/ui/kit/icons.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { ThemeChoice } from "../../../sync/ui/kit/themechoice.js";
import { toast } from "../../../sync/ui/kit/toast.js";

/** @typedef {{user: string, organisation: {id: string, name: string}}} Me */

const pages = [
  { id: "today", href: "/", icon: "activity" },
  { id: "floor", href: "/floor", icon: "armchair" },
  { id: "documents", href: "/documents", icon: "pencil" },
];

/** @param {{me: Me | null, lead: string, page: string}} props */
export function Nav({ me, lead, page }) {
  const [busy, setBusy] = useState(false);
  const out = async () => {
    setBusy(true);
    try {
      await signOut();
    } catch {
      toast({ text: t("me.signOutAway") });
    }
    setBusy(false);
  };
  return html`<nav class="nav" aria-label=${t("nav.label")}>
    <div class="nav-top"><i class="brand-sign" aria-hidden="true">T</i>
      <p><strong class="clip">${me?.organisation.name}</strong><span>${lead}</span></p></div>
    <div class="nav-items">${pages.map((p) => html`<a key=${p.id} class=${cls("nav-item", p.id === page && "chosen")} href=${p.href} aria-current=${p.id === page ? "page" : undefined}>
      <${Icon} name=${p.icon} size=${18} />${t(`nav.${p.id}`)}</a>`)}</div>
    <div class="nav-foot">
      <${ThemeChoice} />
      <p class="nav-me"><span class="nav-avatar" aria-hidden="true">${[...(me?.user ?? "?")][0].toUpperCase()}</span><span class="clip">${me?.user}</span>
        <${Button} kind="quiet" small icon="log-out" label=${t("me.signOut")} busy=${busy} onClick=${out} /></p>
    </div>
  </nav>`;
}
