// @ts-check
import { html } from "./html.js";
import { t } from "./i18n.js";
import { Segmented } from "./segmented.js";
import { chooseTheme, theme } from "./theme.js";

/** Auto, light or dark, for this device. */
export function ThemeChoice() {
  return html`<${Segmented} label=${t("theme.label")} value=${theme.value} onChange=${chooseTheme}
    options=${["auto", "light", "dark"].map((v) => ({ value: v, text: t(`theme.${v}`) }))} />`;
}
