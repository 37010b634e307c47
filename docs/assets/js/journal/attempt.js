/**
 * An attempt at a question, as its events tell it; pure, no clock and no storage. The
 * command line replays the same events to the same attempts.
 *
 * @module
 */

/** @typedef {import("./event.js").JournalEvent} JournalEvent */

/**
 * What is known of one attempt. Times are in seconds of work.
 *
 * @typedef {object} Attempt
 * @property {string} id
 * @property {string} question
 * @property {number} minutes the time it may take
 * @property {string} started local wall time with its offset, as of all that follow
 * @property {string} changed when `elapsed` was last known
 * @property {number} elapsed
 * @property {boolean} running
 * @property {string | null} mock
 * @property {string} origin
 * @property {number} runs
 * @property {boolean | null} firstRunPassed
 * @property {[number, number] | null} checks how many passed in the last run, of how many
 * @property {number | null} passedAfter
 * @property {number[]} hints the levels shown, each once, in the order in which they were
 * @property {number | null} revealedAfter null too where that was after the pass
 * @property {boolean} timeWasUp
 * @property {boolean[]} must which must-haves were said
 * @property {boolean[]} nice
 * @property {number[]} followedUp
 * @property {boolean} edited
 * @property {string | null} outcome passed, failed, gave up or abandoned; null before
 * @property {string | null} ended
 * @property {string | null} graded the rating that the user chose in place of the table's
 * @property {boolean} timed false where it was passed and no clock ran
 * @property {string | null} answer SHA-256 of the text that the last run judged
 */

/** @param {JournalEvent} event @returns {Attempt} */
function begun({ attempt, question, at, data }) {
  return {
    id: attempt,
    question,
    minutes: data.minutes,
    started: at,
    changed: at,
    elapsed: 0,
    running: true,
    mock: data.mock ?? null,
    origin: data.from ?? "terminal",
    runs: 0,
    firstRunPassed: null,
    checks: null,
    passedAfter: null,
    hints: [],
    revealedAfter: null,
    timeWasUp: false,
    must: [],
    nice: [],
    followedUp: [],
    edited: true,
    outcome: null,
    ended: null,
    graded: null,
    timed: true,
    answer: null,
  };
}

/** A pass with no clock running. @param {JournalEvent} event @returns {Attempt} */
function passedUntimed(event) {
  const { total, snapshot } = event.data;
  return {
    ...begun(event),
    running: false,
    runs: 1,
    checks: [total, total],
    outcome: "passed",
    ended: event.at,
    timed: false,
    answer: snapshot,
  };
}

/** @type {Record<string, (event: JournalEvent) => Attempt>} */
const BEGIN = { started: begun, passed_untimed: passedUntimed };

/** @typedef {(attempt: Attempt, data: any, at: string) => void} Step */

/** What may still come when an attempt is finished. @type {Record<string, Step>} */
const AFTERWARDS = {
  self_graded(attempt, { rating }) {
    attempt.graded = rating;
  },
  followed_up(attempt, { number }) {
    if (!attempt.followedUp.includes(number)) attempt.followedUp.push(number);
  },
};

/** What changes an attempt before it is finished. @type {Record<string, Step>} */
const DURING = {
  paused(attempt) {
    attempt.running = false;
  },
  resumed(attempt) {
    attempt.running = true;
  },
  ran(attempt, { verdict, passed: right, total, answer, timed }) {
    const passed = verdict === "passed";
    attempt.runs += 1;
    attempt.checks = [right, total];
    attempt.firstRunPassed ??= passed;
    attempt.answer = answer ?? null;
    if (!passed || attempt.passedAfter !== null) return;
    // one who does not say it went by the clock's standing still
    if (timed ?? attempt.running) attempt.passedAfter = attempt.elapsed;
    else attempt.timed = false;
  },
  hinted(attempt, { level }) {
    if (!attempt.hints.includes(level)) attempt.hints.push(level);
  },
  revealed(attempt) {
    if (attempt.passedAfter === null) attempt.revealedAfter ??= attempt.elapsed;
  },
  time_up(attempt) {
    attempt.timeWasUp = true;
  },
  ticked(attempt, { must, nice }) {
    attempt.must = must;
    attempt.nice = nice;
  },
  finished(attempt, { outcome, edited }, at) {
    attempt.running = false;
    attempt.outcome = outcome;
    attempt.edited = edited ?? true;
    attempt.ended = at;
    if (outcome === "passed" && attempt.timed) attempt.passedAfter ??= attempt.elapsed;
  },
  followed_up: AFTERWARDS.followed_up ?? (() => {}),
  reset() {},
};

/**
 * All attempts in the order in which they were started, from events in the order of
 * replay. What belongs to none, and what comes after an attempt's end and would change
 * its time, changes nothing.
 *
 * @param {JournalEvent[]} events
 * @returns {Attempt[]}
 */
export function replay(events) {
  /** @type {Map<string, Attempt>} */
  const attempts = new Map();
  for (const event of events) {
    const begin = own(BEGIN, event.kind);
    if (begin !== undefined) {
      if (!attempts.has(event.attempt)) attempts.set(event.attempt, begin(event));
      continue;
    }
    const attempt = attempts.get(event.attempt);
    if (attempt === undefined) continue;
    const step = own(attempt.outcome === null ? DURING : AFTERWARDS, event.kind);
    if (step === undefined) continue;
    if (attempt.outcome === null) {
      attempt.elapsed = known(attempt, event);
      attempt.changed = event.at;
    }
    step(attempt, event.data, event.at);
  }
  return [...attempts.values()];
}

/** What a table itself has for a name that anybody may have chosen. */
/** @template T @param {Record<string, T>} table @param {string} name */
const own = (table, name) => (Object.hasOwn(table, name) ? table[name] : undefined);

/** What the event's writer knew, or else what the wall clock says. */
/** @param {Attempt} attempt @param {JournalEvent} event */
function known(attempt, { at, data }) {
  if (!attempt.running) return attempt.elapsed;
  if (data.elapsed === undefined) return elapsedAt(attempt, Date.parse(at));
  return Math.max(attempt.elapsed, data.elapsed);
}

/**
 * Seconds of work up to now, which never are fewer than before.
 *
 * @param {Attempt} attempt
 * @param {number} now milliseconds since the epoch
 */
export function elapsedAt(attempt, now) {
  if (!attempt.running) return attempt.elapsed;
  return attempt.elapsed + Math.max(0, (now - Date.parse(attempt.changed)) / 1000);
}

/** @param {Attempt} attempt */
export const limit = (attempt) => attempt.minutes * 60;

/** @param {Attempt} attempt */
export const passed = (attempt) =>
  attempt.passedAfter !== null || attempt.outcome === "passed";

/** Whether the answer was shown before the question was passed. */
/** @param {Attempt} attempt */
export const revealed = ({ revealedAfter }) => revealedAfter !== null;

/**
 * The latest attempt of a question.
 *
 * @param {Attempt[]} attempts
 * @param {string} question
 */
export const latest = (attempts, question) =>
  attempts.findLast((attempt) => attempt.question === question);

/**
 * The attempt of a question that is under way, if there is one.
 *
 * @param {Attempt[]} attempts
 * @param {string} question
 */
export function underWay(attempts, question) {
  const attempt = latest(attempts, question);
  return attempt?.outcome === null ? attempt : undefined;
}
