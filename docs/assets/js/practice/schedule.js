/**
 * When a question comes again: from finished attempts to ratings and due dates.
 *
 * The rating is decided by one table (`grade`), and the dates by FSRS, which every time
 * replays all reviews: nothing that it computed is ever stored. The command line gives
 * the same ratings, reasons and dates.
 *
 * @module
 */

import { FSRSAlgorithm } from "../../vendor/ts-fsrs-5.4.2.js";
import { limit, passed, revealed } from "../journal/attempt.js";
import { RATINGS } from "../journal/event_rules.js";
import { today } from "../journal/history.js";
import { minutesAndSeconds } from "../page/clock.js";
import { capital } from "../page/words.js";

/** @typedef {import("../journal/attempt.js").Attempt} Attempt */

/**
 * @typedef {object} Grade what a finished attempt is worth to the schedule, and why
 * @property {string | null} rating one of RATINGS; null where it is not a review
 * @property {string} reason
 * @property {string[]} choices what the reader may make of it: one step down or up
 *
 * @typedef {object} Review
 * @property {string} question its id, or the key of a card
 * @property {string} day the local day of the attempt, such as 2026-12-04
 * @property {string} rating
 *
 * @typedef {object} Due when a question should come again
 * @property {string} question
 * @property {string} on
 * @property {Review} last
 * @property {number} reviews
 */

const RETENTION = 0.85;
/** Seconds after which leaving a question counts as an attempt at it. */
const GLANCE = 120;
const DAY = 86_400_000;

/** @param {string} rating @param {string} reason @param {number} top @returns {Grade} */
function rated(rating, reason, top = 2) {
  const at = RATINGS.indexOf(rating);
  const choices = RATINGS.slice(
    Math.max(0, at - 1),
    Math.min(at + 1, Math.max(top, at)) + 1,
  );
  return { rating, reason, choices };
}

/** @param {string} reason @returns {Grade} */
const noReview = (reason) => ({ rating: null, reason, choices: [] });

/** @param {Attempt} attempt */
const timeUsed = (attempt) => attempt.passedAfter ?? attempt.elapsed;

/** The rating by the table, before the reader has a say. */
/** @param {Attempt} attempt @returns {Grade} */
export function grade(attempt) {
  const spent = `${minutesAndSeconds(timeUsed(attempt))} of ${minutesAndSeconds(limit(attempt))}`;
  const { outcome, must } = attempt;
  if (outcome === null) return noReview("not finished");
  if (revealed(attempt)) return rated("again", "revealed before it passed");
  if (outcome === "gave up") return rated("again", `given up after ${spent}`);
  const missed = must.filter((said) => !said).length;
  if (missed) return rated("again", `${missed} of ${must.length} must-haves missed`);
  if (!passed(attempt)) {
    if (!attempt.edited) return noReview("the starter was not edited: no review");
    if (outcome === "abandoned" && attempt.elapsed <= GLANCE)
      return noReview("left within two minutes: no review");
    return rated("again", `not passed in ${spent}`);
  }
  // as one out of time: that it would have been in time is not known
  if (!attempt.timed) return rated("hard", "passed with no clock running");
  const { hints } = attempt;
  const named = ["no hints", "one hint"][hints.length] ?? `${hints.length} hints`;
  const reason = `passed in ${spent}, ${named}`;
  const share = timeUsed(attempt) / limit(attempt);
  if (share > 1) return rated(share > 1.5 ? "again" : "hard", reason);
  if (hints.length >= 2 || hints.includes(3)) return rated("hard", reason);
  if (hints.length && share > 0.8) return rated("hard", reason);
  const easy = !hints.length && share <= 0.4 && attempt.firstRunPassed !== false;
  return rated("good", reason, easy ? 3 : 2);
}

/** The rating that counts: the reader's, where it is one step from the table's. */
/** @param {Attempt} attempt @returns {string | null} */
export function chosen(attempt) {
  const { rating, choices } = grade(attempt);
  return attempt.graded && choices.includes(attempt.graded) ? attempt.graded : rating;
}

/**
 * The first graded attempt of a local day at each question; later ones are practice.
 *
 * @param {Attempt[]} attempts
 * @returns {Review[]} by their days
 */
export function reviews(attempts) {
  return firstOfDays(
    attempts.flatMap((attempt) => {
      const { question, ended } = attempt;
      const rating = ended === null ? null : chosen(attempt);
      return ended === null || rating === null ? [] : [{ question, ended, rating }];
    }),
  );
}

/**
 * Those that count: the first of a local day of each question, or of each card.
 *
 * @param {import("../journal/history.js").Graded[]} graded
 * @returns {Review[]} by their days
 */
export function firstOfDays(graded) {
  /** @type {Map<string, Review>} */
  const first = new Map();
  const inTime = graded.toSorted(
    (one, other) => Date.parse(one.ended) - Date.parse(other.ended),
  );
  for (const { question, ended, rating } of inTime) {
    const day = ended.slice(0, 10);
    const key = `${question} ${day}`;
    if (!first.has(key)) first.set(key, { question, day, rating });
  }
  return [...first.values()].sort((one, other) =>
    one.day < other.day ? -1 : Number(one.day > other.day),
  );
}

/**
 * For each question that was reviewed, the day on which it is due. With an interview
 * ahead no interval goes past it: the question falls due once more on the day before,
 * unless that is the day of its review.
 *
 * @param {Review[]} done
 * @param {string | null} interview its day
 * @returns {Map<string, Due>}
 */
export function dueDates(done, interview = null) {
  /** @type {Map<string, Due>} */
  const found = new Map();
  /** @type {Map<string, Review[]>} */
  const byQuestion = new Map();
  for (const review of done)
    byQuestion.set(review.question, [
      ...(byQuestion.get(review.question) ?? []),
      review,
    ]);
  for (const [question, own] of byQuestion) {
    const last = /** @type {Review} */ (own.at(-1));
    let on = byFsrs(own);
    if (interview !== null) {
      const eve = plus(interview, -1);
      if (last.day < eve && eve < on) on = eve;
    }
    found.set(question, { question, on, last, reviews: own.length });
  }
  return found;
}

/**
 * When a question would be due after one more review.
 *
 * @param {Review[]} earlier
 * @param {Review} review
 * @param {string | null} interview its day
 * @returns {string}
 */
export function nextAfter(earlier, review, interview = null) {
  const own = earlier.filter(({ question }) => question === review.question);
  const ofDay = own.find(({ day }) => day === review.day); // only the first one counts
  const done = [...own.filter((one) => one !== ofDay), ofDay ?? review];
  return dueDates(done, interview).get(review.question)?.on ?? review.day;
}

/**
 * The same questions, no two of one topic in a row while others are left. Within a topic
 * the order stays; the topic with most left goes first.
 *
 * @param {string[]} questions their ids
 * @returns {string[]}
 */
export function interleaved(questions) {
  /** @type {Map<string, string[]>} */
  const piles = new Map();
  for (const question of questions) {
    const topic = question.slice(0, question.indexOf("/"));
    piles.set(topic, [...(piles.get(topic) ?? []), question]);
  }
  /** @type {string[]} */
  const mixed = [];
  let last = "";
  while (piles.size > 0) {
    const others = [...piles].filter(([topic]) => topic !== last);
    const ready = others.length ? others : [...piles];
    const [topic, [first = "", ...rest]] = ready.reduce((most, pile) =>
      pile[1].length > most[1].length ? pile : most,
    );
    mixed.push(first);
    if (rest.length) piles.set(topic, rest);
    else piles.delete(topic);
    last = topic;
  }
  return mixed;
}

/**
 * The day of the interview as long as it lies ahead; what is over moves no review.
 *
 * @param {import("../journal/history.js").History} history
 * @param {string} day
 */
export const ahead = ({ interview }, day) =>
  interview !== null && interview > day ? interview : null;

/** @param {string} day @param {number} days @returns {string} */
export function plus(day, days) {
  return new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10);
}

const fsrs = new FSRSAlgorithm({ request_retention: RETENTION });

/**
 * The due day after reviews on these days. Only the memory's state is the library's:
 * its own intervals are kept apart by rating, which the command line's are not.
 *
 * @param {Review[]} done
 */
function byFsrs(done) {
  /** @type {{ stability: number, difficulty: number } | null} */
  let memory = null;
  let before = "";
  for (const { day, rating } of done) {
    const days = before ? (Date.parse(day) - Date.parse(before)) / DAY : 0;
    memory = fsrs.next_state(memory, days, RATINGS.indexOf(rating) + 1, undefined);
    before = day;
  }
  const days = Math.max(
    1,
    Math.round((memory?.stability ?? 0) * fsrs.intervalModifier),
  );
  return plus(before, Math.min(days, 36_500));
}

/**
 * What a finished attempt was worth, and when its question comes again.
 *
 * @param {import("../journal/history.js").History} history
 * @param {Attempt} attempt
 */
export function finished(history, attempt) {
  const { reason, choices } = grade(attempt);
  const rating = chosen(attempt);
  const all = dueDates(reviews(history.attempts), ahead(history, today()));
  const due = all.get(attempt.question)?.on ?? null;
  const sentence = `${capital(rating ?? reason)}${rating ? `: ${reason}` : ""}.`;
  const text = rating && due ? `${sentence} ${comesBack(due, today())}` : sentence;
  return { rating, choices, due, text };
}

/** @param {string} due @param {string} day */
function comesBack(due, day) {
  if (due > day) return `It comes back on ${dayName(due)}.`;
  return due === day ? "It is due today." : `It has been due since ${dayName(due)}.`;
}

const NAMES = { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" };

/** Such as Fri 4 Dec, and Fri 4 Dec 2026 in another year. */
/** @param {string} day @param {string} [now] */
export function dayName(day, now = today()) {
  const year = day.slice(0, 4) === now.slice(0, 4) ? {} : { year: "numeric" };
  const format = new Intl.DateTimeFormat(
    "en-GB",
    /** @type {any} */ ({ ...NAMES, ...year }),
  );
  return format.format(new Date(day)).replace(",", "").replace("Sept", "Sep");
}

/** What is due on a day, the longest overdue first. */
/** @param {import("../journal/history.js").History} history @param {string} day */
export function dueToday(history, day) {
  const all = dueDates(reviews(history.attempts), ahead(history, day)).values();
  const due = [...all].filter(({ on }) => on <= day);
  return due.sort((a, b) => (a.on + a.question < b.on + b.question ? -1 : 1));
}
