// @ts-check
import { cls, html, useEffect, useRef } from "../../../sync/ui/kit/html.js";
import { Icon } from "../../../sync/ui/kit/icons.js";
import { t } from "../../../sync/ui/kit/i18n.js";
import { money } from "../../../sync/ui/kit/money.js";
import { Tile } from "../../../sync/ui/kit/tile.js";
import { tapDish } from "./acts.js";
import { categoryIcon } from "./categoryicon.js";
import { search } from "./search.js";
import * as state from "./state.js";

/** @param {{chosen: number, off: boolean, onChoose: (index: number) => void}} props off: a search shows instead */
export function Categories({ chosen, off, onChoose }) {
  return html`<nav class="categories" aria-label=${t("menu.categories")}>
    ${(state.menu.value?.categories ?? []).map((c, i) => {
      const here = i === chosen && !off;
      return html`<button key=${c.key} type="button" class=${cls("category", `hue-${(i % 10) + 1}`, here && "chosen")} aria-pressed=${String(here)} onClick=${() => onChoose(i)}>
        <span class="category-sign"><${Icon} name=${categoryIcon(c.key)} /></span><span class="category-name">${c.name}</span>
      </button>`;
    })}
  </nav>`;
}

const across = 4; // an empty place at the end of a row is drawn: dishes keep theirs

/** What a tile says under the name: the price, and how many are left where they are counted. @param {import("./state.js").Item} dish */
function priced(dish) {
  const price = dish.openPrice && dish.price === 0 ? t("dish.open") : money(dish.price, state.currency.value);
  return dish.available && dish.left !== undefined ? t("dish.left", { price, n: dish.left }) : price;
}

/** @param {{category: number, typed: string, onOpen: (line: string | null) => void}} props */
export function Dishes({ category, typed, onOpen }) {
  const all = state.dishes.value;
  const zone = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => zone.current?.scrollTo(0, 0), [category, typed]);
  const ids = state.menu.value?.categories[category]?.items ?? [];
  const searching = typed.trim() !== "";
  const found = searching ? search([...all.values()], typed) : ids.map((id) => all.get(id)).filter((d) => d !== undefined);
  if (all.size === 0) return html`<section class="dishes"><p class="empty">${t("menu.empty")}</p></section>`;
  return html`<section class="dishes" aria-label=${searching ? t("search") : state.menu.value?.categories[category]?.name} ref=${zone}>
    ${searching && found.length === 0 && html`<p class="empty">${t("search.none", { typed })}</p>`}
    <div class="dish-grid">
      ${found.map((d) => html`<${Tile} key=${d.menuItemId} name=${d.name} price=${priced(d)} hue=${searching ? d.hue : (category % 10) + 1}
        soldOut=${d.available ? undefined : t("dish.soldOutShort")} data-item=${d.menuItemId} onClick=${() => onOpen(tapDish(d))} />`)}
      ${!searching && Array.from({ length: (across - (found.length % across)) % across }, (_, i) => html`<i key=${`empty${i}`} class="tile-empty"></i>`)}
    </div>
  </section>`;
}
