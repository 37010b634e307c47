/**
 * The journal of this machine, which the terminal writes too, as a page sees it. What
 * the page writes counts at once; the judge's server then gives it its place.
 *
 * @module
 */

import { lines, next, ordered } from "./event.js";
import { fault } from "./event_rules.js";
import { Refused } from "./refused.js";

/** @typedef {import("./event.js").JournalEvent} JournalEvent */
/** @typedef {import("./local_journal.js").Trouble} Trouble */
/** @typedef {typeof import("../judge/client.js").ask} Ask */

/** Bytes of events in one request, well below what the server takes. */
const PARCEL = 150_000;
const NOT_AN_EVENT = 400;

export class RemoteJournal {
  /** Whoever keeps this journal keeps the time of its attempts as well. */
  keepsTime = true;
  /** Why what was written last is not on the disk yet, or "". */
  notice = "";
  /** What the server has not taken yet, in its order. @type {JournalEvent[]} */
  waiting = [];
  /** @type {Map<string, JournalEvent>} */
  #known = new Map();
  /** @type {JournalEvent[]} */
  #events = [];
  /** @type {Set<() => void>} */
  #listeners = new Set();
  /** @type {Promise<void> | null} */
  #sending = null;
  #ask;
  #worry;

  /** @param {Ask} ask @param {(trouble: Trouble) => void} worry told of what cannot be taken */
  constructor(ask, worry) {
    this.#ask = ask;
    this.#worry = worry;
  }

  events() {
    return this.#events;
  }

  /** Asks for all of it, and sends what waits. Rejects with Refused or Gone. */
  async load() {
    const { events, notice } = await this.#ask("GET", "journal");
    this.notice = notice;
    this.#known = new Map();
    this.receive(events);
    await this.send();
  }

  /** Takes in what the server tells. @param {JournalEvent[]} events */
  receive(events) {
    for (const event of events) this.#known.set(event.id, event);
    this.waiting = this.waiting.filter(({ id }) => !this.#known.has(id));
    this.#changed();
  }

  /**
   * @param {string} kind
   * @param {string} question
   * @param {string} attempt
   * @param {import("./event.js").Data} data
   * @returns {Promise<JournalEvent>}
   */
  async append(kind, question, attempt, data) {
    const event = next(this.#events, new Date(), kind, question, attempt, data);
    const wrong = fault(event);
    if (wrong) throw new Error(`this event cannot be written: ${wrong}`);
    this.waiting.push(event);
    this.#changed();
    this.send();
    return event;
  }

  /** The union by id; rejects where the server takes none of them. */
  /** @param {JournalEvent[]} events @returns {Promise<number>} how many were new */
  async merge(events) {
    let added = 0;
    for (const parcel of parcels(ordered(events)))
      added += (await this.#ask("POST", "journal/import", { events: parcel })).added;
    return added;
  }

  /** @param {() => void} listener @returns {() => void} to stop listening */
  onChange(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Sends what waits, one after the other, until the server cannot take more now. */
  send() {
    this.#sending ??= this.#send().finally(() => (this.#sending = null));
    return this.#sending;
  }

  async #send() {
    for (let event = this.waiting[0]; event; event = this.waiting[0]) {
      const { id, kind, question, attempt, data } = event;
      const said = { id, kind, question, attempt, data };
      try {
        this.notice = (await this.#ask("POST", "journal", said, true)).notice;
        this.receive([this.#known.get(id) ?? event]);
      } catch (error) {
        if (!(error instanceof Refused)) return; // it is sent when the judge is back
        if (error.status !== NOT_AN_EVENT) {
          this.notice = error.message;
          this.#changed();
          return;
        }
        this.#refuse(event, error.message);
      }
    }
  }

  /** @param {JournalEvent} event @param {string} why */
  #refuse(event, why) {
    this.waiting = this.waiting.filter(({ id }) => id !== event.id);
    this.#changed();
    this.#worry({
      what: "set aside",
      message: `The journal on this machine did not take what you just did. ${why}`,
      text: lines([event]),
    });
  }

  #changed() {
    this.#events = ordered([...this.#known.values(), ...this.waiting]);
    for (const listener of [...this.#listeners]) listener();
  }
}

/** @param {JournalEvent[]} events @returns {Generator<JournalEvent[]>} */
function* parcels(events) {
  /** @type {JournalEvent[]} */
  let parcel = [];
  let size = 0;
  for (const event of events) {
    const more = lines([event]).length * 3; // a character takes three bytes at most here
    if (parcel.length && size + more > PARCEL) {
      yield parcel;
      [parcel, size] = [[], 0];
    }
    parcel.push(event);
    size += more;
  }
  if (parcel.length) yield parcel;
}
