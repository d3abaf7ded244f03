// @ts-check
// The tablet's own key: P-256, made here, never to leave this browser. Its public half is
// given when the tablet is paired; the private one proves it, and will sign what is
// ordered while the box is away. Browsers have no such keys on plain HTTP.

const name = "tyngo-device";

/** Whether this page can hold a key. */
export function canHoldKey() {
  return globalThis.crypto?.subtle !== undefined && globalThis.indexedDB !== undefined;
}

/**
 * One request to the place where the key is kept; it outlives the page.
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(keys: IDBObjectStore) => IDBRequest<T>} ask
 * @returns {Promise<T>}
 */
function kept(mode, ask) {
  return new Promise((done, fail) => {
    const open = indexedDB.open(name, 1);
    open.onupgradeneeded = () => open.result.createObjectStore("key");
    open.onerror = () => fail(open.error);
    open.onsuccess = () => {
      const tx = open.result.transaction("key", mode);
      const asked = ask(tx.objectStore("key"));
      tx.oncomplete = () => {
        open.result.close();
        done(asked.result);
      };
      tx.onabort = () => {
        open.result.close();
        fail(tx.error);
      };
    };
  });
}

/** The key of this tablet, made at the first wish. @returns {Promise<CryptoKeyPair>} */
async function myKey() {
  const known = await kept("readonly", (keys) => keys.get("mine"));
  if (known) return known;
  const made = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
  await kept("readwrite", (keys) => keys.put(made, "mine"));
  return made;
}

/** Makes another key at the next wish: the box knows this one as that of a lost tablet. */
export async function forgetKey() {
  await kept("readwrite", (keys) => keys.delete("mine"));
}

/** @param {ArrayBuffer} bytes */
function base64(bytes) {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)));
}

/**
 * What is signed to prove the key: parts with their length before them.
 * @param {string[]} parts
 */
export function pairingText(...parts) {
  const write = new TextEncoder();
  const all = [[...write.encode("tyngo-pair/1|")]];
  for (const part of parts) {
    const bytes = write.encode(part);
    all.push([bytes.length >>> 24, (bytes.length >>> 16) & 255, (bytes.length >>> 8) & 255, bytes.length & 255], [...bytes]);
  }
  return new Uint8Array(all.flat());
}

/**
 * The key and its proof for a one-time code; nothing where there can be no key.
 * @param {string} code
 * @returns {Promise<{key?: string, proof?: string}>}
 */
export async function proveKey(code) {
  if (!canHoldKey()) return {};
  const pair = await myKey();
  const key = base64(await crypto.subtle.exportKey("spki", pair.publicKey));
  const text = pairingText(code, location.origin, key);
  return { key, proof: base64(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, pair.privateKey, text)) };
}
