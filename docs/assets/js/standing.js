/**
 * How the reader stands with each question.
 *
 * @module
 */

import { passed, revealed } from "./attempt.js";
import { history, today } from "./history.js";

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
 * @param {import("./history.js").History} history
 * @param {Set<string>} due the questions that are due
 * @returns {(question: string) => State}
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

/** Of the page's journal, today. The schedule is fetched only when something may be due. */
/** @returns {Promise<(question: string) => State>} */
export async function standing() {
  const known = history();
  if (!known.attempts.some((attempt) => attempt.ended !== null))
    return standings(known, new Set());
  const { dueToday } = await import("./schedule.js");
  const due = dueToday(known, today()).map(({ question }) => question);
  return standings(known, new Set(due));
}
