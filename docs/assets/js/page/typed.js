/**
 * What was typed and is not saved yet, kept in the browser at every letter, so that a
 * reload or a closed page loses none.
 *
 * @module
 */

import { lasting } from "./storage.js";

const KEY = "backprep:typed:";

/** @param {string} question @param {string} digest of the file below it @param {string} text */
export function remember(question, digest, text) {
  lasting.set(KEY + question, JSON.stringify({ digest, text }));
}

/** @param {string} question @returns {{ digest: string, text: string } | null} */
export function recall(question) {
  try {
    const found = JSON.parse(lasting.get(KEY + question) ?? "null");
    return typeof found?.text === "string" ? found : null;
  } catch {
    return null;
  }
}

/** @param {string} question */
export function forget(question) {
  lasting.set(KEY + question, null);
}
