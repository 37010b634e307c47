/**
 * What an event must hold, for events that come from outside: the command line goes by
 * the same rules.
 *
 * @module
 */

/** @typedef {[holds: (value: any) => boolean, expected: string]} Rule */

/** @type {(low: number, high: number) => (value: unknown) => boolean} */
const between = (low, high) => (value) =>
  typeof value === "number" && low <= value && value <= high;
/** @type {(low: number, high: number) => (value: unknown) => boolean} */
const whole = (low, high) => (value) =>
  Number.isInteger(value) && between(low, high)(value);
/** @type {(value: unknown) => boolean} */
const isText = (value) =>
  typeof value === "string" && !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(value);
/** @type {(value: unknown) => boolean} */
const isFlag = (value) => typeof value === "boolean";
/** @type {(holds: (value: unknown) => boolean) => (value: unknown) => boolean} */
const listOf = (holds) => (value) => Array.isArray(value) && value.every(holds);
/** @type {(value: any) => boolean} */
const isDigest = (value) => value === null || /^[0-9a-f]{64}$/.test(value);

/** @type {Rule} */
const MINUTES = [between(1, 24 * 60), "a number from 1 to 1440"];
/** @type {Rule} */
const TEXT = [isText, "a text"];
/** @type {Rule} */
const FLAG = [isFlag, "true or false"];
/** @type {Rule} */
const COUNT = [whole(0, 100_000), "a whole number from 0"];
/** @type {Rule} */
const FLAGS = [listOf(isFlag), "a list of true and false"];
/** @type {Rule} */
const TEXTS = [listOf(isText), "a list of texts"];
/** @type {Rule} */
const SNAPSHOT = [isDigest, "a SHA-256 or null"];
/** @type {Rule} */
const ELAPSED = [between(0, 1e9), "seconds from 0"];
/** @type {Rule} */
const MOCK = [(value) => value === null || isText(value), "a mock's id or null"];
/** @type {Rule} */
const LEVEL = [whole(1, 3), "1, 2 or 3"];
/** @type {Rule} */
const DAY = [
  (value) => /^2[01]\d\d-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value)),
  "a day like 2026-12-14",
];
/** @type {Rule} */
const SEED = [Number.isSafeInteger, "a whole number"];

/** What the data of an attempt's events hold; more may stand there. */
/** @type {Record<string, Record<string, Rule>>} */
const ATTEMPTS = {
  started: { minutes: MINUTES, mock: MOCK, from: TEXT },
  paused: { reason: TEXT },
  resumed: {},
  ran: { verdict: TEXT, passed: COUNT, total: COUNT, failed: TEXTS },
  hinted: { level: LEVEL },
  revealed: {},
  time_up: { edited: FLAG, snapshot: SNAPSHOT },
  ticked: { must: FLAGS, nice: FLAGS },
  followed_up: { number: COUNT },
  finished: { outcome: TEXT, edited: FLAG, snapshot: SNAPSHOT },
  self_graded: { rating: TEXT },
  reset: {},
};

/** @type {Record<string, Record<string, Rule>>} */
const OTHERS = {
  planned: { date: DAY, minutes: MINUTES },
  mock_started: { minutes: MINUTES, topics: TEXTS, seed: SEED, questions: TEXTS },
  mock_finished: {},
};

/** The rules of a kind; none of one that only a newer version knows. */
/** @param {string} kind @returns {Record<string, Rule>} */
function rules(kind) {
  if (Object.hasOwn(ATTEMPTS, kind)) return { elapsed: ELAPSED, ...ATTEMPTS[kind] };
  return Object.hasOwn(OTHERS, kind) ? (OTHERS[kind] ?? {}) : {};
}

const KEYS = ["id", "seq", "at", "kind", "question", "attempt", "data"];
const ID = /^[0-9a-f]{32}$/;
const AT = /^2[01]\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const QUESTION = /^(\w+\/\w+)?$/;

/** @param {any} value @returns {value is object} */
export const isObject = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** @type {Record<string, Rule>} */
const FIELDS = {
  id: [(value) => typeof value === "string" && ID.test(value), "32 hex digits"],
  // beyond it there would be no room for what is written afterwards
  seq: [whole(1, 2 ** 52), "a whole number from 1"],
  at: [
    (value) => AT.test(value) && !Number.isNaN(Date.parse(value)),
    "a time with its offset, like 2026-11-25T10:31:00.123+01:00",
  ],
  kind: [(value) => isText(value) && value !== "", "a kind of event"],
  question: [
    (value) => typeof value === "string" && QUESTION.test(value),
    "a question's id, or an empty text",
  ],
  attempt: [isText, "an attempt's id, or an empty text"],
  data: [isObject, "an object"],
};

/** What is wrong with an event, in a few words, or "" when nothing is. */
/** @param {any} event @returns {string} */
export function fault(event) {
  if (!isObject(event)) return "it is no JSON object";
  const known = /** @type {import("./event.js").JournalEvent} */ (event);
  const strange = Object.keys(known).find((key) => !KEYS.includes(key));
  if (strange !== undefined) return `an event has no ${strange}`;
  const { kind, question, attempt, id, data } = known;
  const wrong = broken(known, FIELDS) || broken(data, rules(kind));
  if (wrong) return wrong;
  if (!Object.hasOwn(ATTEMPTS, kind)) return "";
  if (!question || !attempt) return `${kind} must name a question and an attempt`;
  if (kind === "started" && attempt !== id)
    return "a started event must name itself as its attempt";
  return "";
}

/** The first rule that does not hold. @param {any} of @param {Record<string, Rule>} all */
function broken(of, all) {
  for (const [name, [holds, expected]] of Object.entries(all))
    if (!holds(of[name]))
      return `${name} is ${JSON.stringify(of[name])}; expected ${expected}`;
  return "";
}
