/**
 * Signs of life: when somebody was last seen at an attempt, and its time then. They
 * tell the time of work from the time that a closed page or a sleeping machine took.
 *
 * @module
 */

import { elapsedAt } from "./attempt.js";
import { journal } from "./journal.js";
import { KEY } from "./local_journal.js";

/** @typedef {import("./attempt.js").Attempt} Attempt */
/** @typedef {{ at: number, elapsed: number }} Sign milliseconds since the epoch, seconds */

/** Seconds of silence that are worth a question. A tab behind others beats once a minute. */
export const GAP = 90;

const PULSE = `${KEY}:pulse`;

/** This page's own, for where nothing can be stored. @type {Record<string, Sign>} */
const own = {};

/** @returns {Record<string, Sign>} */
function read() {
  try {
    return JSON.parse(localStorage.getItem(PULSE) ?? "{}") ?? {};
  } catch {
    return {};
  }
}

/** @param {Attempt} attempt @returns {Sign} */
function lastSign(attempt) {
  const signs = [read()[attempt.id], own[attempt.id]].filter(sound);
  return signs.reduce(
    (last, sign) => (sign.at >= last.at && sign.elapsed >= last.elapsed ? sign : last),
    { at: Date.parse(attempt.changed), elapsed: attempt.elapsed },
  );
}

/** @param {Sign | undefined} sign @returns {sign is Sign} */
const sound = (sign) => Number.isFinite(sign?.at) && Number.isFinite(sign?.elapsed);

/** Seconds since the last sign. @param {Sign} sign */
const silence = (sign) => Math.max(0, (Date.now() - sign.at) / 1000);

/** Seconds of work so far; those in which nobody was there are not among them. */
/** @param {Attempt} attempt */
export function elapsed(attempt) {
  if (!attempt.running || journal.keepsTime) return elapsedAt(attempt, Date.now());
  const sign = lastSign(attempt);
  return sign.elapsed + (silence(sign) > GAP ? 0 : silence(sign));
}

/** @param {Attempt} attempt */
export const remaining = (attempt) => attempt.minutes * 60 - elapsed(attempt);

/** @param {Attempt} attempt @param {number} known seconds of work */
function beat(attempt, known) {
  const sign = { at: Date.now(), elapsed: known };
  own[attempt.id] = sign;
  try {
    const others = Object.entries(read())
      .filter(([id]) => id !== attempt.id)
      .slice(-7);
    localStorage.setItem(
      PULSE,
      JSON.stringify({ ...Object.fromEntries(others), [attempt.id]: sign }),
    );
  } catch {
    // the page's own is all there is
  }
}

/**
 * Leaves a sign of life, unless there was none for long.
 *
 * @param {Attempt} attempt one that runs
 * @returns {number} the seconds of a long silence, else 0
 */
export function tick(attempt) {
  if (journal.keepsTime) return 0;
  const away = silence(lastSign(attempt));
  if (away > GAP) return away;
  beat(attempt, elapsed(attempt));
  return 0;
}

/**
 * Leaves a long silence out of an attempt's time. The first tab to do so does it for all.
 *
 * @param {() => Attempt | undefined} running the attempt, if its clock runs
 * @returns {Promise<number>} seconds left out
 */
export async function leaveOut(running) {
  return alone(async () => {
    const attempt = running();
    const away = attempt ? tick(attempt) : 0;
    if (!attempt || !away) return 0;
    const [{ question, id }, known] = [attempt, elapsed(attempt)];
    beat(attempt, known);
    await journal.append("paused", question, id, { elapsed: known, reason: "slept" });
    await journal.append("resumed", question, id, { elapsed: known });
    return away;
  });
}

/** Does something in one tab at a time, where the browser has locks. */
/** @template T @param {() => Promise<T>} work @returns {Promise<T>} */
export async function alone(work) {
  if (!navigator.locks) return work();
  return navigator.locks.request(KEY, work);
}
