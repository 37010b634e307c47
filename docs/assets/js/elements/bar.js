/**
 * The one clock, and the one thing to do next: in sight on every page as long as an
 * attempt is under way, and on the page of each question.
 *
 * @module
 */

import { finish, last, note, open, others, pause, resume } from "../practice/coach.js";
import { milestone, minutesAndSeconds, phase, reading, WORD } from "../page/clock.js";
import { ask, button, fromRoot, h, offer, say } from "../page/dom.js";
import { journal } from "../journal/journal.js";
import { alone, elapsed, leaveOut, remaining, tick } from "../journal/stopwatch.js";
import { passed } from "../journal/attempt.js";
import { questions } from "../page/questions.js";
import { timeOf, underWay } from "../practice/interview.js";
import { nextAfter } from "../practice/suggest.js";
import { ofTab } from "../page/storage.js";
import { showShortcuts } from "../page/shortcuts.js";
import { interview, onWorkplace, tell, workplace } from "../page/workplace.js";
import { Live } from "./live.js";

/** @typedef {import("../journal/attempt.js").Attempt} Attempt */
/** @typedef {import("../page/workplace.js").Action} Action */

const SECOND = 1000;
const HIDDEN = "backprep:clock-hidden";

export class BackprepBar extends Live {
  /** Seconds remaining when the clock was last read; NaN before. */
  #before = NaN;
  #hidden = false;
  /** Whether something is being settled between the tabs. */
  #busy = false;
  /** The attempt whose end of time was said here. */
  #saidUp = "";
  /** How the clock stood when something was said of it. */
  #saidIn = "";
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #interval;
  /** @type {(() => void)[]} */
  #stop = [];
  /** What the main button does now. @type {Action | null} */
  #action = null;
  /** What the button beside it does. @type {Action | null} */
  #second = null;
  /** Titles and addresses, once they are known. @type {import("../page/questions.js").Question[]} */
  #questions = [];

  build() {
    this.#hidden = ofTab.get(HIDDEN) !== null;
    this.way = h("a", { class: "backprep-bar-way", hidden: true });
    this.dial = h("span", { class: "backprep-bar-dial", "aria-hidden": "true" });
    this.clock = h("span", {
      class: "backprep-bar-clock",
      role: "timer",
      "aria-label": "Time left",
    });
    this.word = h("span", { class: "backprep-bar-word" });
    this.standing = h("span", { class: "backprep-bar-standing" });
    this.main = button("", () => this.#do(this.#action), "backprep-button-main");
    this.second = button("", () => this.#do(this.#second), "backprep-bar-second");
    this.menu = h("details", { class: "backprep-bar-menu" });
    this.items = h("div", { class: "backprep-bar-items" });
    this.menu.append(h("summary", { "aria-label": "More" }, "⋯"), this.items);
    this.status = h("p", { class: "backprep-bar-status", role: "status" });
    this.questions = h("div", { class: "backprep-bar-questions" });
    const time = h("span", { class: "backprep-bar-time" }, this.dial, this.clock, this.word);
    this.time = time;
    this.row = h(
      "div",
      { class: "backprep-bar-row" },
      this.way,
      this.standing,
      time,
      this.second,
      this.main,
      this.menu,
    );
    this.notes = h("div", { class: "backprep-bar-notes" }, this.status, this.questions);
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", "Your attempt");
    this.replaceChildren(this.row, this.notes);
    addEventListener("click", ({ target }) => {
      if (this.menu?.open && !this.menu.contains(/** @type {Node} */ (target)))
        this.menu.open = false;
    });
    addEventListener("keydown", (event) => this.#key(event));
    questions().then(
      (all) => {
        this.#questions = all;
        this.draw();
      },
      () => {}, // the way back has no title then
    );
  }

  connectedCallback() {
    super.connectedCallback();
    this.#interval = setInterval(() => this.#tick(), SECOND);
    const awake = () => this.#tick();
    document.addEventListener("visibilitychange", awake);
    this.#stop = [
      onWorkplace(() => this.draw()),
      () => document.removeEventListener("visibilitychange", awake),
    ];
    this.#tick();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.#interval);
    for (const stop of this.#stop) stop();
  }

  /** The question that the clock is of: the page's, or the one that is under way. */
  get question() {
    const [other] = others("").filter(({ mock }) => mock === (underWay()?.id ?? null));
    return workplace()?.question ?? other?.question ?? "";
  }

  /** The interview that is under way, on whatever page, unless another clock is here. */
  get #interview() {
    const mock = workplace() && !interview() ? undefined : underWay();
    return mock && timeOf(mock);
  }

  /** @param {Action | null} action */
  #do(action) {
    if (this.questions) action?.act(this.questions);
  }

  draw() {
    const { way, clock, word, time, main, second, menu, standing } = this;
    if (!way || !clock || !word || !time || !main || !second || !menu || !standing) return;
    const place = workplace();
    const attempt = open(this.question);
    const state = attempt ? (attempt.running ? "running" : "paused") : "idle";
    this.hidden = !place && !attempt && !this.#interview;
    if (state !== this.#saidIn) this.#tell("");
    this.dataset.state = state;
    this.dataset.place = String(place !== null);
    this.#drawTime(attempt, state);
    this.#drawWay(place?.question ?? "");
    const { line = "", tone = "" } = place?.standing() ?? {};
    say(standing, line);
    standing.dataset.tone = tone;
    this.#drawActions(attempt, state);
    if (!attempt && !interview()) this.#before = NaN;
  }

  /** @param {Attempt | undefined} attempt @param {string} state */
  #drawTime(attempt, state) {
    const { dial, clock, word, time } = this;
    if (!dial || !clock || !word || !time) return;
    const whole = this.#interview;
    const minutes = attempt?.minutes ?? workplace()?.minutes ?? 0;
    const left = whole?.remaining ?? (attempt ? remaining(attempt) : minutes * 60);
    const counts = whole !== undefined || attempt !== undefined;
    this.dataset.phase = counts ? phase(left) : "calm";
    time.hidden = minutes === 0 && !whole;
    clock.setAttribute("aria-label", whole ? "Time left of the interview" : "Time left");
    clock.hidden = dial.hidden = this.#hidden && state !== "idle";
    dial.style.setProperty("--turn", `${Math.round(attempt ? elapsed(attempt) : 0) * 6}deg`);
    say(clock, counts ? reading(left) : `${minutes} min`);
    const hint = counts ? WORD[phase(left)] : "";
    say(word, state === "paused" ? "paused" : this.#hidden ? "" : hint);
  }

  /** The way back to what is under way elsewhere. @param {string} here */
  #drawWay(here) {
    const { way } = this;
    if (!way) return;
    const mock = underWay();
    const [other] = others(here).filter(
      (one) => one.mock === null && (one.running || !here),
    );
    way.hidden = mock ? document.querySelector("backprep-mock") !== null : !other;
    const show = (/** @type {string} */ url, /** @type {string} */ title, left = 0) => {
      way.href = fromRoot(url);
      say(way, `Back to ${title}${here ? `, ${reading(left)}` : ""}`);
    };
    if (mock) return show("mock/", "the mock interview", timeOf(mock).remaining);
    if (!other) return;
    const question = this.#questions.find(({ id }) => id === other.question);
    const url = question?.url ?? `questions/${other.question}/`;
    show(url, question?.title ?? other.question, remaining(other));
  }

  /** @param {Attempt | undefined} attempt @param {string} state */
  #drawActions(attempt, state) {
    const { main, second } = this;
    if (!main || !second) return;
    const [place, held] = [workplace(), interview()];
    const before = place ? last(place.question) : undefined;
    const start = { label: before ? "Start again" : "Start", act: () => this.#start() };
    const next = { label: "Next question", act: () => this.#goOn() };
    /** @type {Action | null} */
    let first = null;
    /** @type {Action | null} */
    let then = null;
    const resume = { label: "Resume", act: () => this.#press() };
    if (held && state === "idle") first = held.next();
    else if (attempt?.mock && place && !held)
      first = { label: "Back to the interview", act: () => this.#go("mock/") };
    else if (place && state === "idle" && before && passed(before)) [first, then] = [next, start];
    else if (place && state === "idle") [first, then] = [start, before ? next : null];
    else if (place && state === "paused") first = resume;
    else if (place && attempt) {
      first = place.action(attempt);
      then = held?.next() ?? { label: "Pause", act: () => this.#press() };
    }
    this.#action = first;
    this.#second = then;
    for (const [node, action] of /** @type {const} */ ([
      [main, first],
      [second, then],
    ])) {
      node.hidden = !action;
      say(node, action?.label ?? "");
      node.disabled = action?.disabled ?? false;
      if (action?.keys) node.title = action.keys;
      else node.removeAttribute("title");
    }
    this.#drawMenu(then, place || held ? this.#more(attempt, place?.more(attempt) ?? []) : []);
  }

  /** @param {Action | null} narrow what has no button of its own in a narrow window @param {Action[]} more */
  #drawMenu(narrow, more) {
    const { menu, items } = this;
    if (!menu || !items) return;
    const all = narrow ? [narrow, ...more] : more;
    menu.hidden = all.length === 0;
    menu.classList.toggle("backprep-bar-narrow", more.length === 0);
    const labels = all.map(({ label }) => label).join();
    if (items.dataset.labels === labels) return;
    items.dataset.labels = labels;
    items.replaceChildren(
      ...all.map((action) =>
        button(
          action.label,
          () => {
            menu.open = false;
            this.#do(action);
          },
          action === narrow ? "backprep-bar-narrow" : "",
        ),
      ),
    );
  }

  /** @param {Attempt | undefined} attempt @param {Action[]} own @returns {Action[]} */
  #more(attempt, own) {
    const keys = { label: "Keyboard shortcuts", act: showShortcuts };
    const label = this.#hidden ? "Show the clock" : "Hide the clock";
    const toggle = { label, act: () => this.#toggle() };
    const held = interview();
    if (held) {
      const pause = { label: "Pause", act: () => this.#press() };
      return [...(attempt?.running ? [pause] : []), ...own, toggle, held.end(), keys];
    }
    if (!attempt) return [...own, keys];
    if (attempt.mock) return [toggle, keys];
    return [
      ...own,
      toggle,
      { label: "Give up", act: () => this.#askGiveUp() },
      keys,
    ];
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
    const whole = this.#interview;
    const left = whole?.remaining ?? remaining(attempt);
    const said = milestone(this.#before, left, whole?.total ?? attempt.minutes * 60);
    this.#before = left;
    if (attempt.mock) {
      if (said) this.#tell(said);
    } else if (left <= 0 && !attempt.timeWasUp) this.#once(() => this.#timeUp());
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
    this.#tell("");
    const attempt = open(this.question);
    if (choice === "Pause" && attempt?.running) await pause(attempt);
  }

  async #start() {
    const place = workplace();
    if (!place) return;
    await place.start();
    this.#tell(`The clock runs: ${place.minutes} minutes.`);
  }

  async #press() {
    const attempt = open(this.question);
    if (attempt?.running) {
      await pause(attempt);
      this.#tell("Paused.");
    } else if (attempt) {
      await resume(attempt);
      this.#tell("The clock runs again.");
    }
  }

  async #goOn() {
    this.#go((await nextAfter(this.question).catch(() => undefined))?.url ?? "");
  }

  /** @param {string} url */
  #go(url) {
    const way = h("a", { href: fromRoot(url), hidden: true });
    this.append(way);
    way.click(); // as a link, which instant navigation follows
    way.remove();
  }

  async #askGiveUp() {
    if (!this.questions) return;
    const question = "Give up? The attempt counts as Again: the question comes back soon.";
    const choice = await ask(this.questions, question, ["Go on", "Give up"]);
    const attempt = open(this.question);
    if (choice !== "Give up" || !attempt) return;
    await finish(attempt, "gave up");
    this.main?.focus();
    tell();
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
    ofTab.set(HIDDEN, this.#hidden ? "1" : null);
    this.draw();
  }

  /** Control or Command and Enter, wherever the keyboard is. @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === "Escape" && this.menu?.open) this.menu.open = false;
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    if (event.defaultPrevented || !workplace() || !this.#action?.keys) return;
    event.preventDefault();
    this.#do(this.#action);
  }

  /** @param {string} text */
  #tell(text) {
    if (!this.status) return;
    const attempt = open(this.question);
    this.#saidIn = attempt ? (attempt.running ? "running" : "paused") : "idle";
    say(this.status, text);
  }
}
