/**
 * How far a mock interview has come, derived from the journal.
 *
 * @module
 */

import { elapsed } from "./pulse.js";

/** @typedef {import("./attempt.js").Attempt} Attempt */
/** @typedef {import("./history.js").Mock} Mock */

/** Where a soft word is due, by the share of a question's minutes that went by. */
const PHASES = /** @type {[number, string][]} */ ([
  [0, "Clarify: what goes in, what comes out, what is not said?"],
  [0.1, "Plan: say what you will do before you do it."],
  [0.25, "Code: aloud, the simplest thing that is right."],
  [0.7, "Test: an example by hand, then the edges."],
  [0.9, "Follow-up: what would you change for a larger case?"],
]);

/** @param {number} share of the question's minutes */
export const phaseWord = (share) =>
  PHASES.findLast(([from]) => share >= from)?.[1] ?? "";

/** The attempts of an interview. @param {Mock} mock @param {Attempt[]} attempts */
export const within = (mock, attempts) =>
  attempts.filter((attempt) => attempt.mock === mock.id);

/**
 * The question that is open: the first that was not begun, or whose clock runs.
 *
 * @param {Mock} mock
 * @param {Attempt[]} attempts
 * @returns {string | undefined} undefined when all are done
 */
export function current(mock, attempts) {
  const own = within(mock, attempts);
  return mock.questions.find((question) => {
    const attempt = own.find((attempt) => attempt.question === question);
    return attempt === undefined || attempt.running;
  });
}

/** Seconds of the interview so far. @param {Mock} mock @param {Attempt[]} attempts */
export const spent = (mock, attempts) =>
  within(mock, attempts).reduce((sum, attempt) => sum + elapsed(attempt), 0);
