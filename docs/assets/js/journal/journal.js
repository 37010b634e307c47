/**
 * The journal that the page writes to: this browser's own, until another, such as the
 * one of a local judge, takes its place.
 *
 * @module
 */

import { LocalJournal, KEY } from "./local_journal.js";

/** @typedef {import("./event.js").JournalEvent} JournalEvent */

/**
 * @typedef {object} Journal
 * @property {() => JournalEvent[]} events in the order of their replay
 * @property {(kind: string, question: string, attempt: string,
 *   data: import("./event.js").Data) => Promise<JournalEvent>} append
 * @property {(events: JournalEvent[]) => number | Promise<number>} merge how many were new
 * @property {(listener: () => void) => () => void} onChange
 * @property {boolean} keepsTime whether who keeps it keeps the time of attempts too
 */

function storage() {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null; // where cookies are forbidden, to ask is an error
  }
}

/** The one in this browser: what the progress page exports and imports. */
export const local = new LocalJournal(storage());

/** @type {Journal} */
let current = local;
/** @type {Set<() => void>} */
const listeners = new Set();
const tell = () => [...listeners].forEach((listener) => listener());
let forget = current.onChange(tell);

/** @type {Journal} */
export const journal = {
  events: () => current.events(),
  append: (kind, question, attempt, data) =>
    current.append(kind, question, attempt, data),
  merge: (events) => current.merge(events),
  get keepsTime() {
    return current.keepsTime;
  },
  onChange(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

/** Lets another journal take this one's place. @param {Journal} other */
export function use(other) {
  forget();
  current = other;
  forget = current.onChange(tell);
  tell();
}

globalThis.addEventListener?.("storage", (event) => {
  // the key is null when all of the storage was cleared
  if (event.key === KEY || event.key === null) local.wroteElsewhere();
});
