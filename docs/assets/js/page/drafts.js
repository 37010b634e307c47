/**
 * Answers that are written where no judge is: in this browser, by question.
 *
 * @module
 */

const KEY = "backprep:draft:";

/** @param {string} question @returns {string | null} */
export function draft(question) {
  try {
    return localStorage.getItem(KEY + question);
  } catch {
    return null;
  }
}

/** @param {string} question @param {string} text */
export function keepDraft(question, text) {
  try {
    localStorage.setItem(KEY + question, text);
  } catch {
    throw new Error("This browser stores nothing for this page.");
  }
}
