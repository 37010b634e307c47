/**
 * What the attempts come to, topic by topic, each figure with its sample size.
 *
 * @module
 */

import { limit, passed as hasPassed, revealed } from "../journal/attempt.js";

/** @typedef {import("../journal/attempt.js").Attempt} Attempt */
/** @typedef {import("../page/questions.js").Question} Question */

/**
 * @typedef {object} Row
 * @property {string} topic
 * @property {string} title
 * @property {number} questions
 * @property {number} attempted how many of them
 * @property {number} passed how many of them were passed, unrevealed
 * @property {number} inTime how many of them were passed in time, unrevealed
 * @property {number} firstRuns attempts whose first run is known
 * @property {number} firstRunsPassed
 * @property {number} passes attempts that passed with a clock running
 * @property {number | null} median of the passes' time as a share of their minutes
 */

/** @param {number[]} values @returns {number | null} */
export function median(values) {
  if (values.length === 0) return null;
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? 0;
  return sorted.length % 2 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}

/** Whether it was passed by the reader's own work, in whatever time. */
/** @param {Attempt} attempt */
export const earned = (attempt) => hasPassed(attempt) && !revealed(attempt);

/** @param {Question[]} questions @param {Attempt[]} attempts @returns {Row[]} */
export function byTopic(questions, attempts) {
  const topics = new Map(questions.map(({ topic, topicTitle }) => [topic, topicTitle]));
  return [...topics].map(([topic, title]) => {
    const own = questions
      .filter((question) => question.topic === topic)
      .map(({ id }) => id);
    const tried = attempts.filter(({ question }) => own.includes(question));
    const passed = tried.filter(earned);
    const passes = passed.filter(({ timed }) => timed);
    const inTime = passes.filter(
      (attempt) => (attempt.passedAfter ?? 0) <= limit(attempt),
    );
    const judged = tried.filter(({ firstRunPassed }) => firstRunPassed !== null);
    const different = (/** @type {Attempt[]} */ list) =>
      new Set(list.map(({ question }) => question)).size;
    return {
      topic,
      title,
      questions: own.length,
      attempted: different(tried),
      passed: different(passed),
      inTime: different(inTime),
      firstRuns: judged.length,
      firstRunsPassed: judged.filter(({ firstRunPassed }) => firstRunPassed).length,
      passes: passes.length,
      median: median(
        passes.map((attempt) => (attempt.passedAfter ?? 0) / limit(attempt)),
      ),
    };
  });
}

/**
 * Attempts begun on each of the last days, the oldest first.
 *
 * @param {Attempt[]} attempts
 * @param {string[]} days
 */
export function byDay(attempts, days) {
  return days.map((day) => {
    const own = attempts.filter(({ started }) => started.startsWith(day));
    return { day, attempts: own.length, passed: own.filter(earned).length };
  });
}
