/**
 * One event of the journal, as it is written on one line and checked when it is
 * read back from a browser's storage or from a file.
 *
 * @module
 */

/**
 * @typedef {Record<string, any>} Data
 *
 * @typedef {object} JournalEvent
 * @property {string} id 32 lower-case hex digits
 * @property {number} seq one more than the largest that the journal held
 * @property {string} at local wall time with its UTC offset
 * @property {string} kind
 * @property {string} question
 * @property {string} attempt the id of the attempt's `started`
 * @property {Data} data
 */

/** @typedef {(value: unknown) => boolean} Check */

/** @type {Check} */
const seconds = (value) =>
  typeof value === "number" && Number.isFinite(value) && value >= 0;
/** @type {Check} */
const minutes = (value) => seconds(value) && Number(value) > 0;
/** @type {Check} */
const count = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
/** @type {Check} */
const flag = (value) => typeof value === "boolean";
/** @type {Check} */
const text = (value) => typeof value === "string";
/** @type {Check} */
const texts = (value) => Array.isArray(value) && value.every(text);
/** @type {Check} */
const flags = (value) => Array.isArray(value) && value.every(flag);
/** @type {(...words: string[]) => Check} */
const oneOf =
  (...words) =>
  (value) =>
    words.includes(/** @type {string} */ (value));

/** What an event's data must hold, by kind. More may stand there. */
/** @type {Record<string, Record<string, Check>>} */
const DATA = {
  started: { elapsed: seconds, minutes },
  paused: { elapsed: seconds },
  resumed: { elapsed: seconds },
  ran: { elapsed: seconds, verdict: text, passed: count, total: count },
  hinted: { elapsed: seconds, level: oneOfNumbers(1, 2, 3) },
  revealed: { elapsed: seconds },
  time_up: { elapsed: seconds },
  ticked: { elapsed: seconds, must: flags, nice: flags },
  followed_up: { elapsed: seconds, number: count },
  finished: {
    elapsed: seconds,
    outcome: oneOf("passed", "failed", "gave up", "abandoned"),
  },
  self_graded: { elapsed: seconds, rating: oneOf("again", "hard", "good", "easy") },
  reset: { elapsed: seconds },
  mock_started: { minutes, topics: texts, seed: count, questions: texts },
  mock_finished: { elapsed: seconds },
};

/** @param {number[]} numbers @returns {Check} */
function oneOfNumbers(...numbers) {
  return (value) => numbers.includes(/** @type {number} */ (value));
}

const KEYS = ["id", "seq", "at", "kind", "question", "attempt", "data"];
const ID = /^[0-9a-f]{32}$/;
const AT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** What is wrong with an event, in a few words, or "" when nothing is. */
/** @param {any} event @returns {string} */
export function fault(event) {
  if (typeof event !== "object" || event === null || Array.isArray(event))
    return "an event is a JSON object";
  const strange = Object.keys(event).filter((key) => !KEYS.includes(key));
  if (strange.length) return `an event has no \`${strange[0]}\``;
  if (!text(event.id) || !ID.test(event.id)) return "`id` must be 32 hex digits";
  if (!count(event.seq) || event.seq < 1)
    return "`seq` must be a whole number from 1 on";
  if (!text(event.at) || !AT.test(event.at) || Number.isNaN(Date.parse(event.at)))
    return "`at` must be a time with its UTC offset";
  if (!text(event.kind) || event.kind === "") return "`kind` must be text";
  if (!text(event.question)) return "`question` must be text";
  if (!text(event.attempt)) return "`attempt` must be text";
  const { data } = event;
  if (typeof data !== "object" || data === null || Array.isArray(data))
    return "`data` must be an object";
  // a kind that only a newer version knows is kept as it is
  const expected = Object.hasOwn(DATA, event.kind) ? DATA[event.kind] : {};
  for (const [name, holds] of Object.entries(expected ?? {}))
    if (!holds(data[name]))
      return `\`data.${name}\` of ${event.kind} cannot be ${JSON.stringify(data[name])}`;
  return "";
}

/**
 * The events of a JSON Lines text, and what is wrong with the lines that hold none.
 *
 * @param {string} lines
 * @returns {{ events: JournalEvent[], faults: { line: number, fault: string }[] }}
 */
export function parse(lines) {
  /** @type {JournalEvent[]} */
  const events = [];
  /** @type {{ line: number, fault: string }[]} */
  const faults = [];
  for (const [index, line] of lines.split("\n").entries()) {
    if (line.trim() === "") continue;
    /** @type {any} */
    let event;
    let wrong;
    try {
      event = JSON.parse(line);
      wrong = fault(event);
    } catch {
      wrong = "not JSON";
    }
    if (wrong) faults.push({ line: index + 1, fault: wrong });
    else events.push(event);
  }
  return { events, faults };
}

/** Events in the order in which they are replayed, each once. */
/** @param {JournalEvent[]} events @returns {JournalEvent[]} */
export function ordered(events) {
  const once = new Map(events.map((event) => [event.id, event]));
  return [...once.values()].sort(
    (one, other) => one.seq - other.seq || (one.id < other.id ? -1 : 1),
  );
}

/** The events as JSON Lines, with the keys in the order that both sides write. */
/** @param {JournalEvent[]} events @returns {string} */
export function lines(events) {
  return events
    .map(({ id, seq, at, kind, question, attempt, data }) => {
      return `${JSON.stringify({ id, seq, at, kind, question, attempt, data })}\n`;
    })
    .join("");
}

/** The local wall time with its UTC offset, to the millisecond. */
/** @param {Date} date @returns {string} */
export function stamp(date) {
  const offset = -date.getTimezoneOffset();
  const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, -1);
  const [hours, rest] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  return `${local}${offset < 0 ? "-" : "+"}${two(hours)}:${two(rest)}`;
}

/** @returns {string} 32 random hex digits */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * The event that follows those of a journal.
 *
 * @param {JournalEvent[]} events what the journal holds
 * @param {Date} now
 * @param {string} kind
 * @param {string} question
 * @param {string} attempt "" for an event that begins one
 * @param {Data} data
 * @returns {JournalEvent}
 */
export function next(events, now, kind, question, attempt, data) {
  const id = newId();
  const begins = kind === "started" || kind === "mock_started";
  const seq = 1 + events.reduce((most, event) => Math.max(most, event.seq), 0);
  const at = stamp(now);
  return { id, seq, at, kind, question, attempt: begins ? id : attempt, data };
}
