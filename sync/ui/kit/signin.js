// @ts-check
import { html, useState } from "./html.js";
import { Button } from "./button.js";
import { Field } from "./field.js";
import { Problem, signIn } from "./api.js";
import { t } from "./i18n.js";

/**
 * Writes a code as people read it: "abcdefghjk" -> "ABCDE-FGHJK".
 * @param {string} typed
 * @returns {string}
 */
export function writeCode(typed) {
  const plain = typed.toUpperCase().replace(/[^A-Z0-9]/g, "").slice(0, 10);
  return plain.length > 5 ? `${plain.slice(0, 5)}-${plain.slice(5)}` : plain;
}

/** @param {unknown} err */
function words(err) {
  if (!(err instanceof Problem)) return t("signin.away");
  if (err.status === 429) return t("signin.tooMany");
  if (err.status === 401) return t("signin.wrong");
  return err.message || t("signin.failed");
}

/**
 * Signing in with a one-time code: what this is at the left, the code at the right.
 * @param {{title: string, lead: string, heading: string, hint: string, note?: import("./html.js").Child, onDone: () => void,
 *   enter?: (code: string) => Promise<void>}} props enter: how a code is brought, where it is not the code alone
 */
export function SignIn({ title, lead, heading, hint, note, onDone, enter = signIn }) {
  const [code, setCode] = useState(writeCode(/[#&]code=([\w-]+)/.exec(location.hash)?.[1] ?? ""));
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  /** @param {Event} e */
  const submit = async (e) => {
    e.preventDefault();
    if (busy) return;
    if (code.length < 11) return setProblem(t("signin.incomplete"));
    setBusy(true);
    setProblem("");
    try {
      await enter(code);
      if (location.hash) history.replaceState(null, "", location.pathname); // a code is good once
      onDone();
    } catch (err) {
      setProblem(words(err));
    } finally {
      setBusy(false);
    }
  };
  return html`<main class="setup setup-short">
    <header class="setup-top"><${Brand} /></header>
    <div class="setup-lead"><h1>${title}</h1><p>${lead}</p>${note}</div>
    <form class="setup-card" onSubmit=${submit} novalidate>
      <div class="setup-body">
        <h2 class="title">${heading}</h2>
        <${Field} label=${t("signin.code")} value=${code} hint=${hint} problem=${problem} mono name="code" autofocus
          autocomplete="one-time-code" autocapitalize="characters" spellcheck="false" placeholder="ABCDE-FGHJK" enterkeyhint="go"
          onInput=${(/** @type {string} */ v) => { setCode(writeCode(v)); setProblem(""); }} />
      </div>
      <footer class="setup-foot"><${Button} kind="ink" big type="submit" after="arrow-right" busy=${busy}>${t("signin.go")}<//></footer>
    </form>
  </main>`;
}

/** Our name and sign. */
export function Brand() {
  return html`<span class="brand"><i class="brand-sign" aria-hidden="true">T</i>TYNGO</span>`;
}
