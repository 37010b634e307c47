/**
 * The journal in this browser: JSON Lines under one versioned key of localStorage.
 *
 * @module
 */

import { lines, next, ordered, parse } from "./event.js";
import { fault } from "./event_rules.js";
import { many } from "../page/words.js";

/** @typedef {import("./event.js").JournalEvent} JournalEvent */

/**
 * Something that the reader must hear of.
 *
 * @typedef {object} Trouble
 * @property {"set aside" | "not kept"} what
 * @property {string} message
 * @property {string} [text] what was set aside
 */

export const KEY = "backprep:v1";

export class LocalJournal {
  /** Nobody but the pages themselves knows how long they were open. */
  keepsTime = false;
  /** @type {Set<() => void>} */
  #listeners = new Set();
  /** @type {Set<(trouble: Trouble) => void>} */
  #worried = new Set();
  /** @type {Trouble[]} */
  #troubles = [];
  /** What could not be written, for as long as the page is open. @type {JournalEvent[]} */
  #unkept = [];
  /** @type {string | null} */
  #text = null;
  /** @type {JournalEvent[]} */
  #events = [];
  #storage;
  #now;

  /**
   * @param {Storage | null} storage null where the browser has none to give
   * @param {() => Date} now
   */
  constructor(storage, now = () => new Date()) {
    this.#storage = storage;
    this.#now = now;
    if (storage === null) this.#notKept();
  }

  /** All events in the order of their replay. @returns {JournalEvent[]} */
  events() {
    const text = this.#read();
    if (text !== this.#text) {
      const { events, faults } = parse(text);
      this.#text = text;
      this.#events = ordered([...events, ...this.#unkept]);
      if (faults.length) this.#setAside(text, events, faults);
    }
    return this.#events;
  }

  /**
   * @param {string} kind
   * @param {string} question
   * @param {string} attempt
   * @param {import("./event.js").Data} data
   * @returns {Promise<JournalEvent>}
   */
  async append(kind, question, attempt, data) {
    const event = next(this.events(), this.#now(), kind, question, attempt, data);
    const wrong = fault(event);
    if (wrong) throw new Error(`this event cannot be written: ${wrong}`);
    this.#keep([event]);
    return event;
  }

  /** The union by id. @param {JournalEvent[]} events @returns {number} how many were new */
  merge(events) {
    const known = new Set(this.events().map((event) => event.id));
    const fresh = ordered(events).filter((event) => !known.has(event.id));
    this.#keep(fresh);
    return fresh.length;
  }

  /** What was set aside because it could not be read. @returns {{ key: string, text: string }[]} */
  aside() {
    const keys = Object.keys(this.#storage ?? {}).filter((key) =>
      key.startsWith(`${KEY}:aside:`),
    );
    return keys.map((key) => ({ key, text: this.#storage?.getItem(key) ?? "" }));
  }

  /** Takes every event away. */
  clear() {
    this.#unkept = [];
    this.#storage?.removeItem(KEY);
    this.#changed();
  }

  /** @param {() => void} listener @returns {() => void} to stop listening */
  onChange(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @param {(trouble: Trouble) => void} listener heard for earlier troubles too */
  onTrouble(listener) {
    this.#worried.add(listener);
    for (const trouble of this.#troubles) listener(trouble);
  }

  /** To call when another tab wrote. */
  wroteElsewhere() {
    this.#changed();
  }

  #read() {
    try {
      return this.#storage?.getItem(KEY) ?? "";
    } catch {
      return "";
    }
  }

  /** @param {JournalEvent[]} events */
  #keep(events) {
    if (events.length === 0) return;
    const text = this.#read();
    const before = text === "" || text.endsWith("\n") ? text : `${text}\n`;
    try {
      if (this.#storage === null) throw new Error("no storage");
      this.#storage.setItem(KEY, before + lines([...this.#unkept, ...events]));
      this.#unkept = [];
    } catch {
      this.#unkept.push(...events);
      this.#notKept();
    }
    this.#changed();
  }

  /**
   * @param {string} text
   * @param {JournalEvent[]} events
   * @param {{ line: number, fault: string }[]} faults
   */
  #setAside(text, events, faults) {
    const [first] = faults;
    const key = `${KEY}:aside:${this.#now().toISOString()}`;
    let where = `All of it was set aside under “${key}”`;
    try {
      this.#storage?.setItem(key, text);
      this.#storage?.setItem(KEY, lines(events));
      this.#text = lines(events);
    } catch {
      where = "It was left as it is";
    }
    this.#trouble({
      what: "set aside",
      message:
        `The progress kept in this browser has ${many(faults.length, "line")} that ` +
        `cannot be read; line ${first?.line}: ${first?.fault}. ${where}, and ` +
        `${many(events.length, "event")} that can be read ${events.length === 1 ? "goes" : "go"} on.`,
      text,
    });
  }

  #notKept() {
    if (this.#troubles.some((trouble) => trouble.what === "not kept")) return;
    this.#trouble({
      what: "not kept",
      message:
        "This browser keeps no progress (private mode, or its storage is full). " +
        "What you do now is gone when the page is closed; export it on the progress page.",
    });
  }

  /** @param {Trouble} trouble */
  #trouble(trouble) {
    this.#troubles.push(trouble);
    for (const listener of this.#worried) listener(trouble);
  }

  #changed() {
    this.#text = null;
    for (const listener of [...this.#listeners]) listener();
  }
}
