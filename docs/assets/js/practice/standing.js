/**
 * How the reader stands with each question.
 *
 * @module
 */

import { revealed } from "../journal/attempt.js";
import { history, today } from "../journal/history.js";
import { earned } from "./stats.js";

/**
 * @typedef {"not begun" | "begun" | "passed" | "not passed yet" | "given up" | "revealed"
 *   | "due"} State
 */

/** The sign that goes with the word. @type {Record<State, string>} */
export const SIGNS = {
  "not begun": "○",
  begun: "◐",
  passed: "✓",
  "not passed yet": "✕",
  "given up": "◆",
  revealed: "◇",
  due: "↻",
};

/** @param {import("../journal/attempt.js").Attempt} attempt @returns {State} */
function left(attempt) {
  if (earned(attempt)) return "passed";
  if (revealed(attempt)) return "revealed";
  return attempt.outcome === "gave up" ? "given up" : "not passed yet";
}

/**
 * A pass lasts until the question is due, an answer that was seen until the pass. As long
 * as an attempt is under way, that is what the question shows: `begun`.
 *
 * @param {import("../journal/history.js").History} history
 * @param {Set<string>} due the questions that are due
 * @returns {Standing}
 */
export function standings({ attempts }, due) {
  /** @type {Map<string, State>} */
  const states = new Map();
  for (const attempt of attempts.filter(({ outcome }) => outcome !== null)) {
    const [before, now] = [states.get(attempt.question), left(attempt)];
    if (now === "passed" || (before !== "passed" && before !== "revealed"))
      states.set(attempt.question, now);
  }
  for (const question of due) states.set(question, "due");
  for (const { outcome, question } of attempts)
    if (outcome === null) states.set(question, "begun");
  return (question) => states.get(question) ?? "not begun";
}

/** @typedef {(question: string) => State} Standing */

/** What was found out, for as long as history and day are the same. */
/** @type {WeakMap<import("../journal/history.js").History, { day: string, found: Promise<Standing> }>} */
const known = new WeakMap();

/** Of the page's journal, today. @returns {Promise<Standing>} */
export function standing() {
  const [now, day] = [history(), today()];
  const before = known.get(now);
  if (before?.day === day) return before.found;
  const found = find(now, day);
  known.set(now, { day, found });
  return found;
}

/** The schedule is fetched only when something may be due. */
/** @param {import("../journal/history.js").History} now @param {string} day */
async function find(now, day) {
  if (!now.attempts.some((attempt) => attempt.ended !== null))
    return standings(now, new Set());
  const { dueToday } = await import("./schedule.js");
  return standings(now, new Set(dueToday(now, day).map(({ question }) => question)));
}
