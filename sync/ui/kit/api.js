// @ts-check
// Requests to the program that served this page. A refusal becomes a Problem with
// words for staff; no answer becomes Away, and then nobody knows whether it was done.

import { signal } from "../lib/signals-core.mjs";
import { tick } from "./ticker.js";
import { learnClock } from "./time.js";

/** True when the last answer was "who are you?": the page shows the sign-in. */
export const signedOut = signal(false);

/** A refusal, as problem+json tells it. */
export class Problem extends Error {
  /**
   * @param {number} status
   * @param {{code?: string, detail?: string, title?: string, error?: string, errors?: {location?: string, message?: string}[]}} body
   */
  constructor(status, body) {
    super(body.detail || body.error || body.title || "");
    this.name = "Problem";
    this.status = status;
    this.code = body.code ?? "";
    this.errors = body.errors ?? [];
  }
}

/** No answer came, or none that our program gives. */
export class Away extends Error {
  /** @param {string} why */
  constructor(why) {
    super(why);
    this.name = "Away";
  }
}

/** @typedef {{etag: string, body: any}} Kept */

/** @type {Map<string, Kept>} */
const kept = new Map();

/**
 * Asks and waits for the answer.
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body] sent as JSON
 * @param {{timeout?: number, headers?: Record<string, string>, raw?: boolean}} [how] timeout in ms; raw: the body is a text already
 * @returns {Promise<{status: number, body: any, etag: string | null}>}
 */
export async function call(method, path, body, how = {}) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), how.timeout ?? 10_000);
  const asked = Date.now();
  try {
    const res = await fetch(path, {
      method,
      headers: {
        Accept: "application/json",
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...how.headers,
      },
      body: body === undefined ? undefined : how.raw ? String(body) : JSON.stringify(body),
      signal: stop.signal,
      cache: "no-store",
      redirect: "error",
    });
    if (learnClock(res.headers.get("Date"), asked, Date.now())) tick();
    const text = await res.text();
    return read(res, text, path);
  } catch (err) {
    if (err instanceof Problem || err instanceof Away) throw err;
    throw new Away(String(err));
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param {Response} res
 * @param {string} text
 * @param {string} path
 */
function read(res, text, path) {
  const isJson = /\bjson\b/.test(res.headers.get("Content-Type") ?? "");
  let body;
  try {
    body = text && isJson ? JSON.parse(text) : undefined;
  } catch {
    throw new Away("the answer was cut off");
  }
  if (res.status === 401 && path !== "/session") signedOut.value = true;
  if (res.status >= 400) throw new Problem(res.status, body ?? {});
  if (res.status === 200 && body === undefined) throw new Away("the answer is not ours");
  return { status: res.status, body, etag: res.headers.get("ETag") };
}

/**
 * Reads.
 * @param {string} path
 * @param {{timeout?: number}} [how]
 * @returns {Promise<any>}
 */
export async function get(path, how) {
  return (await call("GET", path, undefined, how)).body;
}

/**
 * Reads a document that rarely changes: asks with its ETag and keeps the last one.
 * @param {string} path
 * @returns {Promise<any>}
 */
export async function getKept(path) {
  const old = kept.get(path);
  const res = await call("GET", path, undefined, old ? { headers: { "If-None-Match": old.etag } } : {});
  if (res.status === 304 && old) return old.body;
  if (res.etag) kept.set(path, { etag: res.etag, body: res.body });
  return res.body;
}

/**
 * Writes.
 * @param {string} path
 * @param {unknown} body
 * @returns {Promise<any>}
 */
export async function post(path, body) {
  return (await call("POST", path, body)).body;
}

/**
 * Signs in with a one-time code. Throws Problem (401, 429) or Away.
 * @param {string} code
 * @param {object} [more] what else the page says of itself
 */
export async function signIn(code, more) {
  await call("POST", "/session", { code, ...more });
  signedOut.value = false;
}

/** Signs out. */
export async function signOut() {
  await call("DELETE", "/session");
  kept.clear();
  signedOut.value = true;
}
