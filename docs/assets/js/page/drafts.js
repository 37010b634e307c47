/**
 * Answers that are written where no judge is: in this browser, by question.
 *
 * @module
 */

import { lasting } from "./storage.js";

const KEY = "backprep:draft:";

/** @param {string} question @returns {string | null} */
export const draft = (question) => lasting.get(KEY + question);

/** @param {string} question @param {string} text */
export function keepDraft(question, text) {
  if (!lasting.set(KEY + question, text))
    throw new Error("This browser stores nothing for this page.");
}
