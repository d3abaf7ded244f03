// @ts-check
// The message table. Screens hold keys, never sentences; a language is one more table.

/**
 * A message is a sentence with {names}; where the number {n} decides the form, it
 * is one sentence per form of Intl.PluralRules.
 * @typedef {string | {one?: string, few?: string, many?: string, other: string}} Message
 */

/** @type {Record<string, Record<string, Message>>} */
const tables = {};
let language = "en";

/**
 * Adds messages of one language.
 * @param {string} lang
 * @param {Record<string, Message>} table
 */
export function addWords(lang, table) {
  tables[lang] = { ...tables[lang], ...table };
}

/**
 * Chooses the language, where a table for it exists; en otherwise.
 * @param {string} lang such as "de-AT"
 */
export function speak(lang) {
  const short = lang.split("-")[0];
  language = tables[lang] ? lang : tables[short] ? short : "en";
}

/**
 * The message of this key, filled in. Numbers get their separators.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function t(key, values = {}) {
  const found = tables[language]?.[key] ?? tables.en?.[key];
  if (found === undefined) return key;
  const text = typeof found === "string" ? found : pick(found, Number(values.n));
  return text.replace(/\{(\w+)\}/g, (whole, name) => {
    const v = values[name];
    if (v === undefined) return whole;
    return typeof v === "number" ? new Intl.NumberFormat(language).format(v) : v;
  });
}

/** Whether there is a message of this key. @param {string} key */
export function known(key) {
  return tables.en?.[key] !== undefined;
}

/**
 * @param {Exclude<Message, string>} forms
 * @param {number} n
 */
function pick(forms, n) {
  const form = new Intl.PluralRules(language).select(n);
  return /** @type {Record<string, string>} */ (forms)[form] ?? forms.other;
}
