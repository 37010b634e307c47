/**
 * All that the events come to: attempts, mock interviews and the plan.
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
 * @typedef {object} History
 * @property {import("./attempt.js").Attempt[]} attempts in the order of their start
 * @property {Mock[]} mocks
 * @property {{ date: string, minutes: number } | null} planned as planned last
 * @property {string | null} interview its day
 */

/** @param {JournalEvent[]} events in the order of replay @returns {History} */
export function told(events) {
  /** @type {Map<string, Mock>} */
  const mocks = new Map();
  /** @type {History["planned"]} */
  let planned = null;
  for (const { kind, id, at, attempt, data } of events) {
    if (kind === "planned")
      planned = { date: String(data.date), minutes: Number(data.minutes) };
    else if (kind === "mock_started")
      mocks.set(id, /** @type {Mock} */ ({ ...data, id, at, ended: null }));
    else if (kind === "mock_finished") {
      const mock = mocks.get(attempt);
      if (mock) mock.ended = at;
    }
  }
  const interview = planned?.date ?? null;
  return { attempts: replay(events), mocks: [...mocks.values()], planned, interview };
}

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
