/**
 * One event of the journal, as it is written on one line and checked when it is
 * read back from a browser's storage or from a file.
 *
 * @module
 */

import { BEGINNINGS, fault, isObject, LAST } from "./event_rules.js";

/**
 * @typedef {Record<string, any>} Data
 *
 * @typedef {object} JournalEvent
 * @property {string} id 32 lower-case hex digits
 * @property {number} seq one more than the largest that the journal held
 * @property {string} at local wall time with its UTC offset
 * @property {string} kind
 * @property {string} question
 * @property {string} attempt the id of its first event, `started` or `passed_untimed`
 * @property {Data} data
 */

/**
 * The events of a JSON Lines text, and what is wrong with the lines that hold none. An
 * id that stands for two events is a fault.
 *
 * @param {string} lines
 * @param {JournalEvent[]} known what is there already
 * @returns {{ events: JournalEvent[], faults: { line: number, fault: string }[] }}
 */
export function parse(lines, known = []) {
  const byId = new Map(known.map((event) => [event.id, event]));
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
      wrong = "it is not JSON";
    }
    const other = wrong ? undefined : byId.get(event.id);
    if (other && canonical(other) !== canonical(event))
      wrong = `${event.id} is another event's id (${other.kind}, ${other.at})`;
    if (wrong) faults.push({ line: index + 1, fault: wrong });
    else {
      events.push(event);
      byId.set(event.id, event);
    }
  }
  return { events, faults };
}

/** An event's text whatever the order of its keys. @param {JournalEvent} event */
const canonical = (event) =>
  JSON.stringify(event, (_, value) =>
    isObject(value) ? Object.fromEntries(Object.entries(value).sort()) : value,
  );

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
function newId() {
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
  const begins = BEGINNINGS.includes(kind);
  const most = events.reduce((most, event) => Math.max(most, event.seq), 0);
  const seq = Math.min(most + 1, LAST);
  const at = stamp(now);
  return { id, seq, at, kind, question, attempt: begins ? id : attempt, data };
}
