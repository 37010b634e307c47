/**
 * What was typed and is not saved yet, kept in the browser at every letter, so that a
 * reload or a closed page loses none.
 *
 * @module
 */

const KEY = "backprep:typed:";

/** @param {string} question @param {string} digest of the file below it @param {string} text */
export function remember(question, digest, text) {
  try {
    localStorage.setItem(KEY + question, JSON.stringify({ digest, text }));
  } catch {
    // it is saved a second later
  }
}

/** @param {string} question @returns {{ digest: string, text: string } | null} */
export function recall(question) {
  try {
    const found = JSON.parse(localStorage.getItem(KEY + question) ?? "null");
    return typeof found?.text === "string" ? found : null;
  } catch {
    return null;
  }
}

/** @param {string} question */
export function forget(question) {
  try {
    localStorage.removeItem(KEY + question);
  } catch {
    // nothing was kept
  }
}
