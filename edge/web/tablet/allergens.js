// @ts-check
// What guests may not be able to eat, in clear words. Menus write allergens in words of
// their own; those that are known are said in the language chosen for dishes, others as
// they are written: a word that nobody translates is still a warning. Pure.

import { fold } from "./search.js";

// The fourteen of EU regulation 1169/2011, and wheat, which is one of the nine of the United
// States: how each is said, and after it how menus write it, too. A word that may mean two
// of them, such as shellfish, is none: it is said as it is written.
/** @type {Record<string, string[][]>} by language, in one order */
const known = {
  en: [["gluten", "cereals containing gluten"], ["wheat"], ["crustaceans", "crustacean", "crustacean shellfish"], ["egg", "eggs"], ["fish"],
    ["peanuts", "peanut"], ["soy", "soya", "soybean", "soybeans"], ["milk", "dairy", "lactose"], ["nuts", "nut", "tree nut", "tree nuts"], ["celery"], ["mustard"],
    ["sesame", "sesame seeds"], ["sulphites", "sulfites", "sulphite", "sulfite", "sulphur dioxide"], ["lupin", "lupine"], ["molluscs", "mollusc", "mollusks", "mollusk"]],
  es: [["gluten"], ["trigo"], ["crustáceos"], ["huevo", "huevos"], ["pescado"], ["cacahuetes", "cacahuate", "cacahuates", "maní"], ["soja", "soya"], ["leche", "lácteos", "lactosa"],
    ["frutos secos", "nueces"], ["apio"], ["mostaza"], ["sésamo", "ajonjolí"], ["sulfitos"], ["altramuces"], ["moluscos"]],
  fr: [["gluten"], ["blé"], ["crustacés"], ["œuf", "œufs"], ["poisson"], ["arachides", "cacahuètes"], ["soja"], ["lait", "lactose"], ["fruits à coque", "noix"], ["céleri"], ["moutarde"],
    ["sésame"], ["sulfites"], ["lupin"], ["mollusques"]],
  de: [["Gluten"], ["Weizen"], ["Krebstiere", "Krustentiere"], ["Ei", "Eier"], ["Fisch"], ["Erdnüsse", "Erdnuss"], ["Soja"], ["Milch", "Laktose"], ["Nüsse", "Schalenfrüchte"], ["Sellerie"], ["Senf"],
    ["Sesam"], ["Sulfite", "Schwefeldioxid"], ["Lupinen", "Lupine"], ["Weichtiere"]],
  it: [["glutine"], ["grano"], ["crostacei"], ["uova", "uovo"], ["pesce"], ["arachidi"], ["soia"], ["latte", "lattosio"], ["frutta a guscio", "noci"], ["sedano"], ["senape"],
    ["sesamo"], ["solfiti"], ["lupini"], ["molluschi"]],
  pt: [["glúten"], ["trigo"], ["crustáceos"], ["ovo", "ovos"], ["peixe"], ["amendoim", "amendoins"], ["soja"], ["leite", "lactose"], ["frutos de casca rija", "nozes"], ["aipo"], ["mostarda"],
    ["sésamo", "gergelim"], ["sulfitos"], ["tremoços"], ["moluscos"]],
};

/** Of which allergen a word is the name: its place, whatever language it is written in. */
const places = new Map(Object.values(known).flatMap((list) => list.flatMap((names, i) => names.map((n) => /** @type {[string, number]} */ ([fold(n), i])))));

/** The words of a language, or of the one that it is a kind of: es-MX is es. @param {string} language */
function table(language) {
  return known[language.toLowerCase().split("-")[0]];
}

/**
 * Allergens as they are said, each once.
 * @param {string[]} written as the menu has them
 * @param {string} language BCP 47; empty: as the menu is written
 * @returns {string[]}
 */
export function allergenWords(written, language) {
  /** @type {Map<string | number, string>} */
  const said = new Map();
  for (const w of written) {
    const place = places.get(fold(w).trim());
    const key = place ?? fold(w);
    if (!said.has(key)) said.set(key, place === undefined ? w : table(language)?.[place][0] ?? w);
  }
  return [...said.values()];
}
