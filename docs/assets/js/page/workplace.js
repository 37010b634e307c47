/**
 * Where the reader works on a page: at most one place, which tells the bar what its one
 * action is. Elements that are such a place take the page when they come into it.
 *
 * @module
 */

/** @typedef {import("../journal/attempt.js").Attempt} Attempt */

/**
 * @typedef {object} Action
 * @property {string} label
 * @property {() => unknown} act
 * @property {string} [keys] by which it is done as well
 * @property {boolean} [disabled]
 *
 * @typedef {object} Time
 * @property {number} remaining seconds, negative in overtime
 * @property {number} total seconds
 *
 * @typedef {object} Workplace
 * @property {string} question
 * @property {number} minutes
 * @property {(attempt: Attempt) => Action | null} action what to do while the clock runs
 * @property {(attempt: Attempt | undefined) => Action[]} more what can be done besides
 * @property {() => { line: string, tone: string }} standing its verdict in one line
 * @property {() => Promise<unknown>} start begins an attempt
 */

/** @type {Workplace | null} */
let here = null;
/** @type {Set<() => void>} */
const listeners = new Set();

export const workplace = () => here;

/** @param {Workplace} place */
export function take(place) {
  here = place;
  tell();
}

/** @param {Workplace} place */
export function leave(place) {
  if (here !== place) return;
  here = null;
  tell();
}

/** To call when a place has another action or another verdict than before. */
export function tell() {
  for (const listener of [...listeners]) listener();
}

/** @param {() => void} listener @returns {() => void} to stop listening */
export function onWorkplace(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
