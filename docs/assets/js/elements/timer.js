/** The clock of a question's attempt. @module */

import { begin, finish, last, note, open, pause, resume } from "../practice/coach.js";
import { milestone, minutesAndSeconds, phase, reading, WORD } from "../page/clock.js";
import { ask, button, h, offer, say, status } from "../page/dom.js";
import { journal } from "../journal/journal.js";
import { alone, leaveOut, remaining, tick } from "../journal/stopwatch.js";
import { Live } from "./live.js";

const SECOND = 1000;
const HIDDEN = "backprep:clock-hidden";
/** What ends an attempt without being told to. */
const ENDS = "backprep-predict, backprep-rubric, backprep-judge[data-judge]";

/** @typedef {import("../journal/attempt.js").Attempt} Attempt */

export class BackprepTimer extends Live {
  /** Seconds remaining when the clock was last read; NaN before. */
  #before = NaN;
  #hidden = false;
  /** Whether something is being settled between the tabs. */
  #busy = false;
  /** The attempt whose end of time was said here. */
  #saidUp = "";
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #interval;

  get minutes() {
    return Number(this.getAttribute("minutes")) || 10;
  }

  build() {
    try {
      this.#hidden = sessionStorage.getItem(HIDDEN) !== null;
    } catch {
      // the clock is shown
    }
    this.clock = h("span", {
      class: "backprep-timer-clock",
      role: "timer",
      "aria-label": "Time left",
    });
    this.word = h("span", { class: "backprep-timer-word" });
    this.main = button("", () => this.#press(), "backprep-button-main");
    this.done = button("Done", () => this.#askDone());
    this.giveUp = button("Give up", () => this.#askGiveUp());
    this.hide = button("", () => this.#toggle(), "backprep-button-quiet");
    this.status = status();
    this.questions = h("div", { class: "backprep-timer-questions" });
    this.grade = document.createElement("backprep-grade");
    this.grade.setAttribute("question", this.question);
    const bar = h("div", { class: "backprep-timer-bar" });
    bar.append(this.clock, this.word, this.main, this.done, this.giveUp, this.hide);
    this.replaceChildren(bar, this.status, this.questions, this.grade);
  }

  connectedCallback() {
    super.connectedCallback();
    this.#interval = setInterval(() => this.#tick(), SECOND);
    this.awake = () => this.#tick();
    document.addEventListener("visibilitychange", this.awake);
    this.#tick();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.#interval);
    if (this.awake) document.removeEventListener("visibilitychange", this.awake);
  }

  draw() {
    const { clock, word, main, done, giveUp, hide, grade } = this;
    if (!clock || !word || !main || !done || !giveUp || !hide || !grade) return;
    const attempt = open(this.question);
    const state = attempt ? (attempt.running ? "running" : "paused") : "idle";
    const left = attempt ? remaining(attempt) : this.minutes * 60;
    if (state === "idle" && this.dataset.state !== "idle") this.#tell("");
    this.dataset.state = state;
    this.dataset.phase = attempt ? phase(left) : "calm";
    clock.hidden = this.#hidden && state !== "idle";
    say(clock, attempt ? reading(left) : `${this.minutes} min`);
    const hint = attempt ? WORD[phase(left)] : "";
    say(word, state === "paused" ? "paused" : this.#hidden ? "" : hint);
    const again = last(this.question) ? "Start again" : "Start the clock";
    say(main, { idle: again, running: "Pause", paused: "Resume" }[state]);
    const page = document.querySelector(ENDS);
    done.hidden = !attempt || page !== null;
    giveUp.hidden = !attempt;
    hide.hidden = !attempt;
    say(hide, this.#hidden ? "Show the clock" : "Hide the clock");
    grade.hidden ||= attempt !== undefined;
    if (!attempt) this.#before = NaN;
  }

  #tick() {
    const attempt = open(this.question);
    if (attempt?.running) {
      if (tick(attempt)) this.#askAway();
      else this.#announce(attempt);
    }
    this.draw();
  }

  /** @param {Attempt} attempt */
  #announce(attempt) {
    const left = remaining(attempt);
    const said = milestone(this.#before, left, attempt.minutes * 60);
    this.#before = left;
    if (left <= 0 && !attempt.timeWasUp) this.#once(() => this.#timeUp());
    else if (said && left > 0) this.#tell(said);
  }

  /** Not again while it is being done. @param {() => Promise<void>} work */
  async #once(work) {
    if (this.#busy) return;
    this.#busy = true;
    await work().finally(() => (this.#busy = false));
  }

  async #timeUp() {
    if (journal.keepsTime) {
      // who keeps the time writes it down, with the answer as it is then
      const id = open(this.question)?.id ?? "";
      if (this.#saidUp !== id) this.#askOvertime();
      this.#saidUp = id;
      return;
    }
    const fresh = await alone(async () => {
      const attempt = open(this.question);
      if (!attempt || attempt.timeWasUp) return false;
      await note("time_up", attempt, { edited: attempt.runs > 0, snapshot: null });
      return true;
    });
    if (fresh) this.#askOvertime();
  }

  async #askOvertime() {
    if (!this.questions) return;
    this.#tell("Time is up. Nothing was handed in, and nothing was revealed.");
    const choice = await offer(
      this.questions,
      "Time is up. You may go on: overtime is counted apart.",
      ["Go on in overtime", "Pause"],
    );
    const attempt = open(this.question);
    if (choice === "Pause" && attempt?.running) await pause(attempt);
  }

  async #press() {
    const attempt = open(this.question);
    if (attempt?.running) {
      await pause(attempt);
      this.#tell("Paused.");
    } else if (attempt) {
      await resume(attempt);
      this.#tell("The clock runs again.");
    } else {
      await begin(this.question, this.minutes);
      this.#tell(`The clock runs: ${this.minutes} minutes.`);
    }
  }

  async #askDone() {
    if (!this.questions) return;
    const choice = await ask(this.questions, "Do all the checks pass?", [
      "They pass",
      "Not yet",
    ]);
    await this.#end(choice === "They pass" ? "passed" : null);
  }

  async #askGiveUp() {
    if (!this.questions) return;
    const question = "Give up? The attempt counts as Again.";
    const choice = await ask(this.questions, question, ["Go on", "Give up"]);
    await this.#end(choice === "Give up" ? "gave up" : null);
  }

  /** @param {string | null} outcome */
  async #end(outcome) {
    const attempt = open(this.question);
    if (!outcome || !attempt) return;
    await finish(attempt, outcome);
    this.main?.focus();
  }

  #askAway() {
    this.#once(async () => {
      const running = () => {
        const attempt = open(this.question);
        return attempt?.running ? attempt : undefined;
      };
      const away = await leaveOut(running);
      if (away) this.#offerToCount(away);
    });
  }

  /** @param {number} away seconds */
  async #offerToCount(away) {
    if (!this.questions) return;
    const span = minutesAndSeconds(away);
    const choice = await offer(
      this.questions,
      `Nobody was here for ${span}: the page was closed, or the machine asleep. That time is not counted.`,
      ["Leave it out", "Count it"],
    );
    const attempt = open(this.question);
    if (choice !== "Count it" || !attempt?.running) return;
    const counted = attempt.minutes * 60 - remaining(attempt) + away;
    await note("resumed", attempt, { elapsed: counted });
  }

  #toggle() {
    this.#hidden = !this.#hidden;
    try {
      if (this.#hidden) sessionStorage.setItem(HIDDEN, "1");
      else sessionStorage.removeItem(HIDDEN);
    } catch {
      // it is hidden until the page is left
    }
    this.draw();
  }

  /** @param {string} text */
  #tell(text) {
    if (this.status) say(this.status, text);
  }
}
