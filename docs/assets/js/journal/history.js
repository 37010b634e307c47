/**
 * All that the events come to: attempts, cards, mock interviews, plan and aim.
 *
 * @module
 */

import { replay } from "./attempt.js";
import { journal } from "./journal.js";

/** @typedef {import("./event.js").JournalEvent} JournalEvent */

/**
 * @typedef {object} Mock
 * @property {string} id
 * @property {string} at
 * @property {number} minutes
 * @property {string[]} topics
 * @property {number} seed
 * @property {string[]} questions
 * @property {string | null} ended
 *
 * @typedef {object} Graded a finished attempt, or a card that was answered
 * @property {string} question its id, or the key of a card
 * @property {string} ended local wall time with its offset
 * @property {string} rating
 *
 * @typedef {object} History
 * @property {import("./attempt.js").Attempt[]} attempts in the order of their start
 * @property {Graded[]} cards every grade that was given to a card, in the order of
 *   replay; whether the bank still has the card or not
 * @property {Mock[]} mocks
 * @property {{ date: string, minutes: number } | null} planned as planned last
 * @property {string | null} interview its day
 * @property {string} aim the name of the last one, whether the bank has it or not; ""
 *   before any
 */

/** @param {JournalEvent[]} events in the order of replay @returns {History} */
export function told(events) {
  /** @type {Map<string, Mock>} */
  const mocks = new Map();
  /** @type {History["planned"]} */
  let planned = null;
  let aim = "";
  /** @type {Graded[]} */
  const cards = [];
  for (const { kind, id, at, question, attempt, data } of events) {
    if (kind === "planned")
      planned = { date: String(data.date), minutes: Number(data.minutes) };
    else if (kind === "aimed") aim = String(data.aim);
    else if (kind === "card_graded")
      cards.push({
        question: cardKey(question, data.card),
        ended: at,
        rating: data.rating,
      });
    else if (kind === "mock_started")
      mocks.set(id, /** @type {Mock} */ ({ ...data, id, at, ended: null }));
    else if (kind === "mock_finished") {
      const mock = mocks.get(attempt);
      if (mock) mock.ended = at;
    }
  }
  const interview = planned?.date ?? null;
  const attempts = replay(events);
  return { attempts, cards, mocks: [...mocks.values()], planned, interview, aim };
}

/** A card's name among those of all questions. */
/** @param {string} question @param {string} card */
export const cardKey = (question, card) => `${question}#${card}`;

/** @type {WeakMap<JournalEvent[], History>} */
const known = new WeakMap();

/** The history of the page's journal, replayed only when there is something new. */
export function history() {
  const events = journal.events();
  let found = known.get(events);
  if (!found) known.set(events, (found = told(events)));
  return found;
}

/** The reader's day, such as 2026-12-04. */
export function today(now = new Date()) {
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
