/**
 * The connection on which the judge tells what happens: opened again whenever it ends,
 * at once when the page comes back to sight, else after a while that grows.
 *
 * @module
 */

/** @typedef {"connecting" | "here" | "gone" | "refused"} ConnectionState */
/** @typedef {Record<string, any> & { type: string }} Message */

const FIRST = 250;
const LONGEST = 5000;
const NOT_FOR_YOU = 1008;

export class Connection {
  /** @type {ConnectionState} */
  state = "connecting";
  /** @type {Set<(message: Message) => void>} */
  #listeners = new Set();
  /** @type {Set<(state: ConnectionState) => void>} */
  #watchers = new Set();
  #wait = FIRST;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #again;
  #open;
  #token;

  /**
   * @param {() => WebSocket} open
   * @param {string} token
   */
  constructor(open, token) {
    this.#open = open;
    this.#token = token;
  }

  /** @param {(message: Message) => void} listener @returns {() => void} to stop */
  onMessage(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @param {(state: ConnectionState) => void} watcher @returns {() => void} to stop */
  onState(watcher) {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  connect() {
    clearTimeout(this.#again);
    this.#again = undefined;
    const socket = this.#open();
    socket.onopen = () => socket.send(JSON.stringify({ token: this.#token }));
    socket.onmessage = ({ data }) => this.#hear(JSON.parse(data));
    socket.onclose = ({ code }) => this.#closed(code);
  }

  /** Tries at once, where it waits. */
  hurry() {
    if (this.#again !== undefined) this.connect();
  }

  /** @param {Message} message */
  #hear(message) {
    if (message.type === "hello") {
      this.#wait = FIRST;
      this.#become("here");
    } else for (const listener of [...this.#listeners]) listener(message);
  }

  /** @param {number} code */
  #closed(code) {
    if (code === NOT_FOR_YOU) return this.#become("refused");
    this.#again = setTimeout(() => this.connect(), this.#wait);
    this.#wait = Math.min(LONGEST, this.#wait * 2);
    this.#become("gone");
  }

  /** @param {ConnectionState} state */
  #become(state) {
    if (state === this.state) return;
    this.state = state;
    for (const watcher of [...this.#watchers]) watcher(state);
  }
}
