/**
 * Where the reader works on a page: at most one place, which tells the bar what its one
 * action is. Elements that are such a place take the page when they come into it. In a
 * mock interview the place is one of several, and the interview says how to go on.
 *
 * @module
 */

/** @typedef {import("../journal/attempt.js").Attempt} Attempt */

/**
 * @typedef {object} Action
 * @property {string} label
 * @property {(asking: HTMLElement) => unknown} act given where to ask before it is done
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
 * @property {() => string} answer what was written; "" where it is nothing of one's own
 *
 * @typedef {object} Interview what the work on a page is a part of
 * @property {() => Time} time of the whole
 * @property {() => Action} next leads on from the open question
 * @property {() => Action} end
 */

/** @type {Workplace | null} */
let here = null;
/** @type {Interview | null} */
let held = null;
/** @type {Set<() => void>} */
const listeners = new Set();

export const workplace = () => here;

/** The mock interview that is held on this page. */
export const interview = () => held;

/** Holds an interview on this page, or none any more. @param {Interview | null} mock */
export function hold(mock) {
  held = mock;
  tell();
}

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
