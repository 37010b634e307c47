/**
 * How far a mock interview has come, derived from the journal.
 *
 * @module
 */

import { finish, note } from "./coach.js";
import { history } from "../journal/history.js";
import { journal } from "../journal/journal.js";
import { elapsed } from "../journal/stopwatch.js";

/** @typedef {import("../journal/attempt.js").Attempt} Attempt */
/** @typedef {import("../journal/history.js").Mock} Mock */
/** @typedef {import("../page/questions.js").Question} Question */

/** What is said aloud, and graded in the debrief by the rubric. */
export const SPOKEN = "explain";
/** What is judged by its checks, and has phases. */
export const WRITTEN = ["code", "measure", "debug"];

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

/** The attempts of an interview. @param {Mock} mock */
const within = (mock) => history().attempts.filter(({ mock: id }) => id === mock.id);

/** Its attempt at a question. @param {Mock} mock @param {string} question */
export const attemptAt = (mock, question) =>
  within(mock).find((attempt) => attempt.question === question);

/**
 * The question that is open: the one begun last while it is not finished, or else the
 * first that was not begun.
 *
 * @param {Mock} mock
 * @returns {string | undefined} undefined when all are done
 */
export function current(mock) {
  const last = within(mock).at(-1);
  return last?.outcome === null ? last.question : following(mock);
}

/** The first question that was not begun. @param {Mock} mock */
export const following = (mock) =>
  mock.questions.find((question) => !attemptAt(mock, question));

/** Seconds of the interview so far. @param {Mock} mock */
export const spent = (mock) =>
  within(mock).reduce((sum, attempt) => sum + elapsed(attempt), 0);

/** Seconds that are left of it; below zero they are overtime. @param {Mock} mock */
export const left = (mock) => mock.minutes * 60 - spent(mock);

/** Its one clock. @param {Mock} mock @returns {import("../page/workplace.js").Time} */
export const timeOf = (mock) => ({ remaining: left(mock), total: mock.minutes * 60 });

/**
 * The interview that is not over. One whose questions the terminal asks is not the
 * page's: its answers are elsewhere.
 *
 * @returns {Mock | undefined}
 */
export const underWay = () =>
  history().mocks.findLast(
    (mock) => !mock.ended && within(mock).every(({ origin }) => origin === "site"),
  );

/** Answers given aloud that wait for their rubric. @param {Mock} mock */
export const ungraded = (mock) =>
  within(mock).filter(({ outcome, origin }) => outcome === null && origin === "site");

/**
 * Leaves a question without a verdict; what was said is graded in the debrief.
 *
 * @param {Attempt} attempt
 * @param {Question} question
 */
export async function leave(attempt, question) {
  if (question.kind !== SPOKEN) await finish(attempt, "failed", attempt.runs > 0);
  else if (attempt.running) await note("paused", attempt, { reason: "asked" });
}

/**
 * Begins one. What an earlier one left ungraded is abandoned with that.
 *
 * @param {number} minutes
 * @param {string[]} topics
 * @param {number} seed
 * @param {Question[]} set
 */
export async function start(minutes, topics, seed, set) {
  for (const attempt of history().mocks.filter(({ ended }) => ended).flatMap(ungraded))
    await finish(attempt, "abandoned");
  const data = { minutes, topics, seed, questions: set.map(({ id }) => id) };
  const { id } = await journal.append("mock_started", "", "", data);
  return /** @type {Mock} */ (history().mocks.find((mock) => mock.id === id));
}

/** Ends it, whatever is still open. @param {Mock} mock @param {Question[]} all */
export async function end(mock, all) {
  for (const attempt of ungraded(mock)) {
    const question = all.find(({ id }) => id === attempt.question);
    if (question) await leave(attempt, question);
  }
  const elapsed = Math.round(spent(mock) * 1000) / 1000;
  await journal.append("mock_finished", "", mock.id, { elapsed });
}
