/**
 * What a day holds: its part of the plan or, where no interview lies ahead, what is due.
 *
 * @module
 */

import { many } from "../page/words.js";
import { deck, forecast, minutes, ofDay, waiting } from "./cards.js";
import { plan, worked } from "./plan.js";
import { ahead, dayName, dueDates, dueToday, reviews } from "./schedule.js";

/** @typedef {import("../journal/history.js").History} History */
/** @typedef {import("../page/questions.js").Question} Question */

/**
 * @typedef {object} Agenda
 * @property {string} headline how long it is until the interview; "" where none lies ahead
 * @property {{ question: Question, why: string }[]} tasks
 * @property {Question | undefined} fresh the next one on the path, beyond the tasks
 * @property {number} cards how many are due
 */

/**
 * The plan until the interview, or null where none lies ahead.
 *
 * @param {Question[]} questions
 * @param {History} history
 * @param {string} day
 * @param {string[]} cards the keys of the bank's
 */
export function planned(questions, history, day, cards) {
  const interview = ahead(history, day);
  if (interview === null || history.planned === null) return null;
  const gone = worked(history.attempts, day) + minutes(ofDay(history.cards, day).length);
  const due = forecast(cards, history.cards, day, interview);
  const done = reviews(history.attempts);
  return plan(questions, done, day, interview, history.planned.minutes, gone, due);
}

/**
 * @param {Question[]} questions
 * @param {History} history
 * @param {string} day
 * @param {string[]} cards the keys of the bank's
 * @returns {Agenda}
 */
export function agenda(questions, history, day, cards) {
  const made = planned(questions, history, day, cards);
  const due = dueDates(reviews(history.attempts), ahead(history, day));
  const today = made
    ? (made.days[0]?.items ?? []).map(({ question }) => question)
    : dueToday(history, day).flatMap(({ question }) =>
        questions.filter(({ id }) => id === question),
      );
  const tried = new Set(
    history.attempts.flatMap(({ question, ended }) => (ended ? [question] : [])),
  );
  return {
    headline: made ? until(made) : "",
    tasks: today.map((question) => ({
      question,
      why: why(due.get(question.id)?.on ?? null, day),
    })),
    fresh: questions.find((one) => !tried.has(one.id) && !today.includes(one)),
    cards: waiting(deck(cards, history.cards, new Set(), day, ahead(history, day))),
  };
}

/** How long it is until the interview. @param {import("./plan.js").Plan} plan */
export const until = ({ days, interview }) =>
  `${many(days.length, "day")} until your interview on ${dayName(interview)}.`;

/** @param {string | null} due @param {string} day */
function why(due, day) {
  if (due === null) return "New";
  if (due > day) return "Again, before it is due";
  return due === day ? "Due today" : `Due since ${dayName(due)}`;
}
