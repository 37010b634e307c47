/**
 * What to do on each day until the interview: the days that `backprep plan` prints.
 *
 * @module
 */

import { minutes as minutesOfCards } from "./cards.js";
import { dueDates, interleaved, nextAfter, plus } from "./schedule.js";

/** @typedef {import("../journal/attempt.js").Attempt} Attempt */
/** @typedef {import("../page/questions.js").Question} Question */
/** @typedef {import("./schedule.js").Review} Review */

/**
 * @typedef {object} Item a question on a day
 * @property {Question} question
 * @property {boolean} isNew whether it was never reviewed before
 *
 * @typedef {object} Day
 * @property {string} on
 * @property {Item[]} items
 * @property {number} cards how many are due
 *
 * @typedef {object} Plan
 * @property {string} interview
 * @property {number} minutes
 * @property {Day[]} days
 * @property {Question[]} notAgain what was seen, or will be, and has no room to come once more
 * @property {Question[]} left what has no room to be seen at all
 */

/** How long the questions of a day take. @param {Day} day */
export const minutesOf = ({ items }) =>
  items.reduce((sum, { question }) => sum + question.minutes, 0);

/** The days whose one question takes longer than a day's minutes. @param {Plan} plan */
export const tooLong = ({ days, minutes }) =>
  days.filter(
    (day) => day.items.length && minutesOf(day) + minutesOfCards(day.cards) > minutes,
  );

/** Minutes of practice in the attempts that began on a day. */
/** @param {Attempt[]} attempts @param {string} day */
export function worked(attempts, day) {
  const begun = attempts.filter(({ started }) => started.slice(0, 10) === day);
  return Math.floor(begun.reduce((sum, { elapsed }) => sum + elapsed, 0) / 60);
}

/**
 * The days from today to the eve of the interview, each of `minutes` at most.
 *
 * Of today, `gone` minutes are used, and of each day those of its `cards`, so many as
 * are due. A question longer than a day's minutes has a day for itself. A first look at
 * a question goes before a second one at any, and one more look at each before those
 * that come besides. The plan supposes that every look goes well; when one does not, it
 * is made anew.
 *
 * @param {Question[]} questions
 * @param {Review[]} reviews
 * @param {string} today
 * @param {string} interview
 * @param {number} minutes
 * @param {number} gone
 * @param {Map<string, number>} cards
 * @returns {Plan}
 */
export function plan(
  questions,
  reviews,
  today,
  interview,
  minutes,
  gone = 0,
  cards = new Map(),
) {
  /** @type {Day[]} */
  const days = [];
  for (let on = today; on < interview; on = plus(on, 1))
    days.push({ on, items: [], cards: cards.get(on) ?? 0 });
  const rooms = days.map((day) => Math.max(0, minutes - minutesOfCards(day.cards)));
  const longest = rooms.length ? Math.max(...rooms) : minutes;
  const planner = new Planner(questions, reviews, interview, longest);
  for (const [n, day] of days.entries()) {
    const room = Math.max(0, (rooms[n] ?? 0) - (n ? 0 : gone));
    planner.fill(day, room, rooms.slice(n + 1));
  }
  const notAgain = questions.filter(({ id }) => planner.wanting.has(id));
  const left = questions.filter(({ id }) => planner.unseen.includes(id));
  return { interview, minutes, days, notAgain, left };
}

/** Fills one day after the other, and keeps what is still to be fitted in. */
class Planner {
  /** @type {Map<string, Question>} */
  #questions;
  #interview;
  /** The minutes of the day that has most room. */
  #longest;
  /** @type {Map<string, Review[]>} */
  #reviews = new Map();
  /** @type {Map<string, string>} */
  #due = new Map();

  /**
   * @param {Question[]} questions
   * @param {Review[]} reviews
   * @param {string} interview
   * @param {number} longest
   */
  constructor(questions, reviews, interview, longest) {
    this.#questions = new Map(questions.map((question) => [question.id, question]));
    this.#interview = interview;
    this.#longest = longest;
    const seen = reviews.filter(({ question }) => this.#questions.has(question));
    for (const review of seen) this.#of(review.question).push(review);
    for (const { question, on } of dueDates(seen, interview).values())
      this.#expect(question, on);
    const ids = questions.map(({ id }) => id);
    this.unseen = interleaved(ids.filter((id) => !this.#reviews.has(id)));
    /** What was seen and has not come once more. */
    this.wanting = new Set(this.#due.keys());
  }

  /** @param {Day} day @param {number} room @param {number[]} after rooms of later days */
  fill(day, room, after) {
    const byDate = [...this.#due]
      .sort(([, one], [, other]) => (one < other ? -1 : Number(one > other)))
      .map(([question]) => question);
    let later = byDate.filter((question) => this.#dueOn(question) > day.on);
    for (const question of byDate.slice(0, byDate.length - later.length))
      this.#take(question, day, room, after);
    for (const question of [...this.unseen]) this.#take(question, day, room, after);
    // what would be too much for the days after comes sooner
    let crowded = !this.#fit(later, after);
    for (const question of [...later])
      if (crowded && this.#take(question, day, room, after)) {
        later = later.filter((one) => one !== question);
        crowded = !this.#fit(later, after);
      }
    const order = interleaved(day.items.map(({ question }) => question.id));
    const place = (/** @type {Item} */ { question }) => order.indexOf(question.id);
    day.items.sort((one, other) => place(one) - place(other));
  }

  /**
   * Puts a question into the day, if it fits and nothing that goes before it would be
   * without room.
   *
   * @param {string} question
   * @param {Day} day
   * @param {number} room
   * @param {number[]} after
   */
  #take(question, day, room, after) {
    const takes = this.#takes(question);
    const left = room - minutesOf(day);
    const alone = day.items.length === 0 && room === this.#longest;
    if (takes > left && !alone) return false;
    const isNew = this.unseen.includes(question);
    if (!isNew) {
      const first = this.wanting.has(question)
        ? this.unseen
        : [...this.unseen, ...this.unseen, ...this.wanting];
      if (!this.#fit(first, [Math.max(0, left - takes), ...after])) return false;
    }
    const found = /** @type {Question} */ (this.#questions.get(question));
    day.items.push({ question: found, isNew });
    this.#look(question, day.on);
    if (isNew) {
      this.unseen = this.unseen.filter((one) => one !== question);
      this.wanting.add(question);
    } else this.wanting.delete(question);
    return true;
  }

  /** Lets a look go well, and expects the next one. */
  /** @param {string} question @param {string} on */
  #look(question, on) {
    const review = { question, day: on, rating: "good" };
    const earlier = this.#of(question);
    // one that came sooner than it had to was the one before the interview
    const sooner = on < (this.#due.get(question) ?? on);
    const again = nextAfter(earlier, review, sooner ? null : this.#interview);
    earlier.push(review);
    this.#expect(question, again);
  }

  /** @param {string} question @param {string} on */
  #expect(question, on) {
    this.#due.delete(question); // so that it comes after others of its day
    if (on < this.#interview) this.#due.set(question, on);
  }

  /** Whether the questions find room in days with so many minutes left. */
  /** @param {Iterable<string>} questions @param {number[]} rooms */
  #fit(questions, rooms) {
    const takes = [...questions].map((id) => Math.min(this.#takes(id), this.#longest));
    const sum = (/** @type {number[]} */ all) => all.reduce((one, more) => one + more, 0);
    if (sum(takes) > sum(rooms)) return false;
    const left = [...rooms];
    return takes
      .sort((one, other) => other - one)
      .every((minutes) => {
        const fitting = left.findIndex((room) => minutes <= room);
        if (fitting >= 0) left[fitting] = /** @type {number} */ (left[fitting]) - minutes;
        return fitting >= 0;
      });
  }

  /** @param {string} question */
  #of(question) {
    const found = this.#reviews.get(question) ?? [];
    this.#reviews.set(question, found);
    return found;
  }

  /** @param {string} question */
  #dueOn = (question) => this.#due.get(question) ?? "";

  /** @param {string} question */
  #takes = (question) => this.#questions.get(question)?.minutes ?? 0;
}
