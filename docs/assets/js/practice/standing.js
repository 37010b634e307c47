/**
 * How the reader stands with each question.
 *
 * @module
 */

import { passed, revealed } from "../journal/attempt.js";
import { history, today } from "../journal/history.js";

/** @typedef {"not begun" | "begun" | "passed" | "revealed" | "due"} State */

/** The sign that goes with the word. @type {Record<State, string>} */
export const SIGNS = {
  "not begun": "○",
  begun: "◐",
  passed: "✓",
  revealed: "◇",
  due: "↻",
};

/**
 * @param {import("../journal/history.js").History} history
 * @param {Set<string>} due the questions that are due
 * @returns {Standing}
 */
export function standings({ attempts }, due) {
  /** @type {Map<string, State>} */
  const states = new Map();
  for (const attempt of attempts) {
    const before = states.get(attempt.question);
    if (attempt.outcome !== null && passed(attempt))
      states.set(attempt.question, "passed");
    else if (before === "passed") continue;
    else if (revealed(attempt)) states.set(attempt.question, "revealed");
    else if (before !== "revealed") states.set(attempt.question, "begun");
  }
  for (const question of due) states.set(question, "due");
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
