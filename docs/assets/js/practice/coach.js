/**
 * The life of an attempt in the page: begun, paused, helped along, finished.
 *
 * @module
 */

import { latest, underWay } from "../journal/attempt.js";
import { minutesAndSeconds } from "../page/clock.js";
import { history } from "../journal/history.js";
import { journal } from "../journal/journal.js";
import { elapsed } from "../journal/stopwatch.js";

/** @typedef {import("../journal/attempt.js").Attempt} Attempt */

/** The attempt of a question that is under way. @param {string} question */
export const open = (question) => underWay(history().attempts, question);

/** The latest attempt of a question. @param {string} question */
export const last = (question) => latest(history().attempts, question);

/**
 * What a question's answer is kept as in the browser: in a mock interview it is another
 * than outside. @param {string} question
 */
export function keptAs(question) {
  const mock = last(question)?.mock;
  return mock ? `${question}@${mock}` : question;
}

/**
 * Writes down what happened to an attempt.
 *
 * @param {string} kind
 * @param {Attempt} attempt
 * @param {import("../journal/event.js").Data} data
 */
export async function note(kind, attempt, data = {}) {
  const spent = Math.round(elapsed(attempt) * 1000) / 1000;
  await journal.append(kind, attempt.question, attempt.id, { elapsed: spent, ...data });
}

/**
 * Starts the clock on a question, or lets that of its attempt under way run on. One
 * attempt runs at a time: another one that runs is paused.
 *
 * @param {string} question
 * @param {number} minutes
 * @param {string | null} mock the mock interview that it belongs to
 * @returns {Promise<Attempt>}
 */
export async function begin(question, minutes, mock = null) {
  const attempt = open(question);
  if (attempt && attempt.mock === mock) {
    if (!attempt.running) await resume(attempt);
  } else {
    await pauseOthers(question);
    if (attempt?.running) await pause(attempt);
    await journal.append("started", question, "", {
      elapsed: 0,
      minutes,
      mock,
      from: "site",
    });
  }
  return /** @type {Attempt} */ (open(question));
}

/** @param {Attempt} attempt */
export const pause = (attempt) => note("paused", attempt, { reason: "asked" });

/** @param {Attempt} attempt */
export async function resume(attempt) {
  await pauseOthers(attempt.question);
  await note("resumed", attempt);
}

/**
 * Those under way at other questions: the one whose clock runs first, then the one that
 * was worked at last.
 *
 * @param {string} question
 */
export const others = (question) =>
  history()
    .attempts.filter((one) => one.outcome === null && one.question !== question)
    .sort(
      (one, other) =>
        Number(other.running) - Number(one.running) ||
        Date.parse(other.changed) - Date.parse(one.changed),
    );

/** @param {string} question */
async function pauseOthers(question) {
  for (const other of others(question)) if (other.running) await pause(other);
}

/** @param {Attempt} attempt @param {string} outcome @param {boolean} edited */
export const finish = (attempt, outcome, edited = true) =>
  note("finished", attempt, { outcome, edited, snapshot: null });

/**
 * Writes down that the answer is shown, which ends the attempt when it was not earned.
 *
 * @param {string} question
 * @param {number} minutes
 */
export async function reveal(question, minutes) {
  if (last(question)?.outcome === "passed") return;
  const attempt = open(question) ?? (await begin(question, minutes));
  await note("revealed", attempt);
  await finish(attempt, "gave up", attempt.runs > 0);
}

/** What a hint costs, said before it is shown. */
/** @param {number} minutes @param {number[]} shown @param {number} level */
export function hintCost(minutes, shown, level) {
  if (level === 3 || new Set([...shown, level]).size >= 2)
    return "With this hint a pass is Hard at best, and comes again sooner.";
  const latest = minutesAndSeconds(minutes * 60 * 0.8);
  return `With this hint a pass is Good within ${latest}, and Hard after that.`;
}
