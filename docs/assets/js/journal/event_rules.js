/**
 * What an event must be that comes from outside, so that it can be replayed. The command
 * line goes by the same rules: `tests/events.json` holds both to them.
 *
 * @module
 */

/** @typedef {[holds: (value: any) => boolean, expected: string]} Rule */

/** Years of events: the schedule plans ahead, and the calendar ends with year 9999. */
const [FIRST_YEAR, LAST_YEAR] = [1970, 8999];
/** What moves a terminal's cursor, turns its text around or is half a character. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;
/** Levels of lists and objects in an event's data. */
const DEEPEST = 32;
/** How well an attempt went, or a card was known. */
export const RATINGS = ["again", "hard", "good", "easy"];
/** The largest number of an event. */
export const LAST = 2 ** 52;

/** @type {(low: number, high: number) => (value: unknown) => boolean} */
const between = (low, high) => (value) =>
  typeof value === "number" && low <= value && value <= high;
/** @type {(low: number, high: number) => (value: unknown) => boolean} */
const whole = (low, high) => (value) =>
  Number.isInteger(value) && between(low, high)(value);
/** @type {(value: unknown) => boolean} */
const isText = (value) => typeof value === "string" && !UNPRINTABLE.test(value);
/** @type {(value: unknown) => boolean} */
const isFlag = (value) => typeof value === "boolean";
/** @type {(holds: (value: unknown) => boolean) => (value: unknown) => boolean} */
const listOf = (holds) => (value) => Array.isArray(value) && value.every(holds);
/** @type {(holds: (value: unknown) => boolean) => (value: unknown) => boolean} */
const orNull = (holds) => (value) => value === null || holds(value);
/** @type {(form: RegExp) => (value: unknown) => boolean} */
const like = (form) => (value) => typeof value === "string" && form.test(value);

/** Whether a date is one of the calendar, which `Date` would move to the next month. */
/** @param {string} value that begins like 2026-12-14 */
function isDate(value) {
  const [year = 0, month = 0, day = 0] = value.slice(0, 10).split("-").map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  const same = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return same && between(FIRST_YEAR, LAST_YEAR)(year);
}

const ID = /^[0-9a-f]{32}$/;
const DATE = /^\d{4}-\d\d-\d\d$/;
const AT =
  /^\d{4}-\d\d-\d\dT([01]\d|2[0-3])(:[0-5]\d){2}(\.\d{1,6})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
const CARD = /^[0-9a-f]{8}$/;
const QUESTION = /^([^/ ]+\/[^/ ]+)?$/;

/** @type {Rule} */
const MINUTES = [
  (value) => between(0, 1e9)(value) && value > 0,
  "a number of minutes above 0",
];
/** @type {Rule} */
const TEXT = [isText, "a text without control characters"];
/** @type {Rule} */
const FLAG = [isFlag, "true or false"];
/** @type {Rule} */
const COUNT = [whole(0, 100_000), "a whole number from 0"];
/** @type {Rule} */
const FLAGS = [listOf(isFlag), "a list of true and false"];
/** @type {Rule} */
const TEXTS = [listOf(isText), "a list of texts"];
/** @type {Rule} */
const SHA = [orNull(like(/^[0-9a-f]{64}$/)), "a SHA-256 or null"];
/** @type {Rule} */
const ELAPSED = [between(0, 1e9), "seconds from 0"];
/** @type {Rule} */
const MOCK = [orNull(isText), "a mock's id or null"];
/** @type {Rule} */
const LEVEL = [whole(1, 3), "1, 2 or 3"];
/** @type {Rule} */
const DAY = [(value) => like(DATE)(value) && isDate(value), "a day like 2026-12-14"];
/** @type {Rule} */
const SEED = [whole(0, Number.MAX_SAFE_INTEGER), "a whole number from 0"];

/** @type {Rule} */
const CARD_ID = [like(CARD), "a card's id, 8 lower-case hex digits"];
/** @type {Rule} */
const RATING = [(value) => RATINGS.includes(value), `one of ${RATINGS.join(", ")}`];

/** What the data of an attempt's events hold; more may stand there. */
/** @type {Record<string, Record<string, Rule>>} */
const ATTEMPTS = {
  started: { minutes: MINUTES, mock: MOCK, from: TEXT },
  paused: { reason: TEXT },
  resumed: {},
  ran: { verdict: TEXT, passed: COUNT, total: COUNT, failed: TEXTS },
  hinted: { level: LEVEL },
  revealed: {},
  time_up: { edited: FLAG, snapshot: SHA },
  ticked: { must: FLAGS, nice: FLAGS },
  followed_up: { number: COUNT },
  finished: { outcome: TEXT, edited: FLAG, snapshot: SHA },
  self_graded: { rating: TEXT },
  reset: {},
};

/** @type {Record<string, Record<string, Rule>>} */
const OTHERS = {
  passed_untimed: { minutes: MINUTES, total: COUNT, from: TEXT, snapshot: SHA },
  planned: { date: DAY, minutes: MINUTES },
  aimed: { aim: TEXT },
  mock_started: { minutes: MINUTES, topics: TEXTS, seed: SEED, questions: TEXTS },
  mock_finished: {},
  card_graded: { card: CARD_ID, rating: RATING },
};

/** What older versions did not write. @type {Record<string, Record<string, Rule>>} */
const OPTIONAL = { ran: { answer: SHA, timed: FLAG } };

/** They name themselves as their attempt. */
export const BEGINNINGS = ["started", "passed_untimed", "mock_started"];

/** The rules of a kind; none of one that only a newer version knows. */
/** @param {string} kind @param {any} data @returns {Record<string, Rule>} */
function rules(kind, data) {
  if (Object.hasOwn(ATTEMPTS, kind)) {
    const optional = Object.entries(OPTIONAL[kind] ?? {});
    const said = optional.filter(([name]) => Object.hasOwn(data, name));
    return { elapsed: ELAPSED, ...ATTEMPTS[kind], ...Object.fromEntries(said) };
  }
  return Object.hasOwn(OTHERS, kind) ? (OTHERS[kind] ?? {}) : {};
}

const KEYS = ["id", "seq", "at", "kind", "question", "attempt", "data"];

/** @param {any} value @returns {value is object} */
export const isObject = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** @type {Record<string, Rule>} */
const FIELDS = {
  id: [like(ID), "32 hex digits"],
  seq: [whole(1, LAST), "a whole number from 1"],
  at: [
    (value) => like(AT)(value) && isDate(value),
    "a time with its offset, like 2026-11-25T10:31:00.123+01:00",
  ],
  kind: [(value) => isText(value) && value !== "", "a kind of event"],
  question: [
    (value) => isText(value) && QUESTION.test(value),
    "a question's id, or an empty text",
  ],
  attempt: [isText, "an attempt's id, or an empty text"],
  data: [isObject, "an object"],
};

/** What is wrong with an event, in a few words, or "" when nothing is. */
/** @param {any} event @returns {string} */
export function fault(event) {
  if (!isObject(event)) return "it is not a JSON object";
  const known = /** @type {import("./event.js").JournalEvent} */ (event);
  const strange = Object.keys(known).find((key) => !KEYS.includes(key));
  if (strange !== undefined) return `an event has no ${strange}`;
  const { kind, question, attempt, id, data } = known;
  const wrong =
    broken(known, FIELDS) || changed(data, DEEPEST) || broken(data, rules(kind, data));
  if (wrong) return wrong;
  const named = Object.hasOwn(ATTEMPTS, kind) || kind === "passed_untimed";
  if (named && (!question || !attempt))
    return `${kind} must name a question and an attempt`;
  if (kind === "card_graded" && !question) return "card_graded must name a question";
  if (BEGINNINGS.includes(kind) && attempt !== id)
    return `a ${kind} event must name itself as its attempt`;
  return "";
}

/** The first rule that does not hold. @param {any} of @param {Record<string, Rule>} all */
function broken(of, all) {
  for (const [name, [holds, expected]] of Object.entries(all))
    if (!holds(of[name]))
      return `${name} is ${JSON.stringify(of[name])}; expected ${expected}`;
  return "";
}

/** What would not be the same after writing it. */
/** @param {any} value @param {number} deepest @returns {string} */
function changed(value, deepest) {
  if (deepest < 0) return "it is nested too deep";
  if (typeof value === "number" && !Number.isFinite(value))
    return `${value} in its data is not a number of JSON`;
  if (typeof value === "string" && /\p{Cs}/u.test(value))
    return "it holds half a character";
  if (typeof value !== "object" || value === null) return "";
  const inside = Array.isArray(value) ? value : Object.entries(value).flat();
  for (const one of inside) {
    const wrong = changed(one, deepest - 1);
    if (wrong) return wrong;
  }
  return "";
}
