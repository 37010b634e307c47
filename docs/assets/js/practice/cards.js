/**
 * Which cards to go through today, and on the days to come: the same that
 * `backprep cards` and `backprep plan` come to.
 *
 * @module
 */

import { many } from "../page/words.js";
import { dueDates, firstOfDays, interleaved } from "./schedule.js";

/** @typedef {import("../journal/history.js").Graded} Graded */
/** @typedef {import("./schedule.js").Review} Review */

/**
 * @typedef {object} Deck what there is to go through on a day, in this order
 * @property {string[]} due the longest overdue first
 * @property {string[]} fresh new ones, as many as the day still has room for
 * @property {string[]} again not known today, and not since
 *
 * @typedef {object} Tally what going through cards came to
 * @property {number} seen
 * @property {number} known how many of them were known the first time
 * @property {number} again how many were not known in the end either
 */

/** New cards on a day, unless somebody asks for more. */
export const NEW_A_DAY = 20;
/** About as long as a card takes. */
const SECONDS = 30;

/** The question that a card belongs to. @param {string} card its key */
export const questionOf = (card) => card.slice(0, card.indexOf("#"));

/**
 * Chooses from some cards, by every grade that was ever given to one. A card falls due
 * as a question does. New are the cards of the questions that were tried and that have no
 * grade yet; each topic takes its turn.
 *
 * @param {string[]} cards their keys, in the bank's order
 * @param {Graded[]} graded
 * @param {Set<string>} tried questions
 * @param {string} today
 * @param {string | null} interview its day, as long as it lies ahead
 * @param {number} newADay
 * @returns {Deck}
 */
export function deck(cards, graded, tried, today, interview, newADay = NEW_A_DAY) {
  const reviews = firstOfDays(graded);
  const dates = dueDates(reviews, interview);
  const onDay = (/** @type {string} */ key) => dates.get(key)?.on ?? "";
  const sign = (/** @type {string} */ key) => onDay(key) + key;
  const due = cards
    .filter((key) => dates.has(key) && onDay(key) <= today)
    .sort((one, other) => (sign(one) < sign(other) ? -1 : 1));
  const first = new Map(reviews.toReversed().map(({ question, day }) => [question, day]));
  const begun = [...first.values()].filter((day) => day === today).length;
  const fresh = cards.filter((key) => !dates.has(key) && tried.has(questionOf(key)));
  /** @type {Map<string, string>} */
  const last = new Map();
  for (const { question, rating } of ofDay(graded, today)) {
    last.delete(question); // what was seen again comes after the others
    last.set(question, rating);
  }
  const known = new Set(cards);
  return {
    due: interleaved(due),
    fresh: interleaved(fresh).slice(0, Math.max(0, newADay - begun)),
    again: [...last].flatMap(([key, rating]) =>
      rating === "again" && known.has(key) ? [key] : [],
    ),
  };
}

/** What was graded on a local day. @param {Graded[]} graded @param {string} day */
export const ofDay = (graded, day) =>
  graded.filter(({ ended }) => ended.slice(0, 10) === day);

/** How many are due, those that were not known today among them. @param {Deck} deck */
export const waiting = ({ due, again }) => due.length + again.length;

/**
 * How many of some cards come on each day before the interview, if all go well. Those
 * without a grade do not come by themselves.
 *
 * @param {string[]} cards
 * @param {Graded[]} graded
 * @param {string} today
 * @param {string} interview
 * @returns {Map<string, number>}
 */
export function forecast(cards, graded, today, interview) {
  /** @type {Map<string, number>} */
  const days = new Map();
  /** @type {Map<string, Review[]>} */
  const reviews = new Map(cards.map((key) => [key, []]));
  for (const review of firstOfDays(graded)) reviews.get(review.question)?.push(review);
  for (const [key, done] of reviews)
    while (done.length) {
      const due = dueDates(done, interview).get(key)?.on ?? today;
      const on = due < today ? today : due;
      if (on >= interview) break;
      days.set(on, (days.get(on) ?? 0) + 1);
      done.push({ question: key, day: on, rating: "good" });
    }
  return days;
}

/** About how long so many cards take. @param {number} number */
export const minutes = (number) => Math.ceil((number * SECONDS) / 60);

/** How many of some cards fall due on a day. */
/**
 * @param {string[]} cards
 * @param {Graded[]} graded
 * @param {string} day
 * @param {string | null} interview
 */
export function dueOn(cards, graded, day, interview) {
  const dates = dueDates(firstOfDays(graded), interview);
  return cards.filter((key) => dates.get(key)?.on === day).length;
}

/** How it has gone with some cards: known are grades other than Again, of the first on
 * each day. */
/** @param {string[]} cards @param {Graded[]} graded */
export function ofCards(cards, graded) {
  const keys = new Set(cards);
  const reviews = firstOfDays(graded).filter(({ question }) => keys.has(question));
  const count = reviews.filter(({ rating }) => rating !== "again").length;
  const seen = new Set(reviews.map(({ question }) => question)).size;
  return { seen, count, of: reviews.length };
}

/** What these grades come to. @param {Graded[]} graded @returns {Tally} */
export function tally(graded) {
  const pair = (/** @type {Graded} */ { question, rating }) =>
    /** @type {const} */ ([question, rating]);
  const first = new Map(graded.toReversed().map(pair));
  const last = new Map(graded.map(pair));
  const missed = (/** @type {Map<string, string>} */ ratings) =>
    [...ratings.values()].filter((rating) => rating === "again").length;
  return { seen: first.size, known: first.size - missed(first), again: missed(last) };
}

/** What going through cards came to, in a line; so many are due tomorrow. */
/** @param {Tally} tally @param {number} tomorrow */
export function inWords({ seen, known, again }, tomorrow) {
  if (!seen) return "No card graded.";
  const come = (/** @type {number} */ number) => `${number} come${number === 1 ? "s" : ""}`;
  const parts = [
    `${many(seen, "card")}, ${known} known.`,
    ...(again ? [`${come(again)} again today.`] : []),
    ...(tomorrow ? [`${come(tomorrow)} tomorrow.`] : []),
  ];
  return parts.join(" ");
}
