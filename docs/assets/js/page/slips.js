/**
 * The known mistake that the last verdict on a question named, for as long as the tab is
 * open: after the pass, the answer shows it first.
 *
 * @module
 */

import { ofTab } from "./storage.js";

const KEY = "backprep:slip:";
const NAMED = /^Looks like: ([^.]+)\./;

/** @param {string} question @param {string} summary what a verdict says of the whole */
export function rememberSlip(question, summary) {
  const title = NAMED.exec(summary)?.[1];
  if (title) ofTab.set(KEY + question, title);
}

/** @param {string} question @returns {string | null} the title of the mistake */
export const slip = (question) => ofTab.get(KEY + question);
