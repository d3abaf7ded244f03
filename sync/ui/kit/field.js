// @ts-check
import { cls, html, useId } from "./html.js";

/**
 * A labelled input with a hint below; a problem takes the hint's place.
 * @param {{label: string, value: string, hint?: string, problem?: string, mono?: boolean, onInput: (value: string) => void} & Record<string, any>} props
 */
export function Field({ label, value, hint, problem, mono, onInput, ...rest }) {
  const id = useId();
  return html`<div class=${cls("field", problem && "invalid")}>
    <label for=${id}>${label}</label>
    <input ...${rest} id=${id} class=${cls(mono && "field-mono")} value=${value} aria-invalid=${problem ? "true" : undefined}
      aria-describedby=${hint || problem ? `${id}-hint` : undefined}
      onInput=${(/** @type {any} */ e) => onInput(e.currentTarget.value)} />
    ${(problem || hint) && html`<p id="${id}-hint" class="field-hint" role=${problem ? "alert" : undefined}>${problem || hint}</p>`}
  </div>`;
}
