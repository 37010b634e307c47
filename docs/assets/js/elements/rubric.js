/** A spoken answer: a clock to talk against, then the rubric to tick. @module */

import { addressFor, page, rubric } from "../page/answer.js";
import { begin, finish, note, open } from "../practice/coach.js";
import { minutesAndSeconds } from "../page/clock.js";
import { focusOn, h, say, status } from "../page/dom.js";
import { minutesOf } from "../page/questions.js";
import { ofTab } from "../page/storage.js";
import { interview, leave, take, tell } from "../page/workplace.js";
import { Live } from "./live.js";
import { rubricForm } from "./rubric_form.js";

/** Where it stands when a talk began. */
/** @param {string} question */
const talk = (question) => `backprep:talk:${question}`;

export class BackprepRubric extends Live {
  /** When the talking began, 0 while nobody talks. */
  #since = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #interval;

  get seconds() {
    return Number(this.getAttribute("seconds")) || 120;
  }

  build() {
    const plain = h("div", { hidden: true }, ...this.childNodes);
    this.clock = h("span", {
      class: "backprep-rubric-clock",
      role: "timer",
      "aria-label": "Time to talk",
    });
    this.status = status();
    this.points = h("div", { class: "backprep-rubric-points", hidden: true });
    this.append(
      plain,
      h("div", { class: "backprep-rubric-bar" }, this.clock, this.status),
      this.points,
    );
    this.#goOn();
    if (!this.#since) say(this.status, "to answer aloud");
    this.#read();
  }

  connectedCallback() {
    super.connectedCallback();
    take(this);
  }

  get minutes() {
    return Number(this.getAttribute("minutes")) || 10;
  }

  /** @returns {import("../page/workplace.js").Action} */
  action() {
    const label = this.#since ? "Done talking" : "Start talking";
    return { label, act: (asking) => this.#press(asking) };
  }

  /** @returns {import("../page/workplace.js").Action[]} */
  more() {
    return [];
  }

  standing() {
    return { line: "", tone: "" };
  }

  answer() {
    return "";
  }

  async start() {
    await begin(this.question, this.minutes);
  }

  /** A talk that went on when the page was left goes on. */
  #goOn() {
    const [attempt, since] = (ofTab.get(talk(this.question)) ?? "").split(" at ");
    if (!since || attempt !== open(this.question)?.id) return;
    this.#since = Number(since);
    this.#interval = setInterval(() => this.#read(), 1000);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.#interval);
    leave(this);
  }

  #read() {
    if (!this.clock || !this.status) return;
    const spent = this.#since ? (Date.now() - this.#since) / 1000 : 0;
    const left = this.seconds - spent;
    say(
      this.clock,
      left > 0
        ? minutesAndSeconds(Math.ceil(left))
        : `${minutesAndSeconds(-left)} over`,
    );
    this.dataset.phase = left > 0 ? (left <= 30 ? "amber" : "calm") : "over";
    if (this.#since && left <= 0 && !this.said) {
      this.said = true;
      say(
        this.status,
        "The time to talk is over. Press Done talking when you are done talking.",
      );
    }
  }

  /** @param {HTMLElement} asking */
  async #press(asking) {
    if (this.#since) return this.#done(asking);
    const attempt = await this.#started();
    this.said = false;
    this.#since = Date.now();
    ofTab.set(talk(this.question), `${attempt.id} at ${this.#since}`);
    this.#interval = setInterval(() => this.#read(), 1000);
    if (!this.points || !this.status) return;
    this.points.hidden = true;
    tell();
    say(this.status, "Answer aloud. Press Done talking when you are done talking.");
  }

  /** The attempt, with its clock running. */
  async #started() {
    const attempt = open(this.question);
    if (attempt?.running) return attempt;
    return begin(
      this.question,
      attempt?.minutes ?? (await minutesOf(this.question)),
      attempt?.mock,
    );
  }

  /** @param {HTMLElement} asking */
  async #done(asking) {
    clearInterval(this.#interval);
    if (!this.points || !this.status) return;
    const held = interview();
    if (held) {
      ofTab.set(talk(this.question), "");
      return held.next().act(asking); // the rubric comes in the debrief
    }
    try {
      const points = rubric(await page(addressFor(this, this.question)));
      this.points.replaceChildren(
        rubricForm(points, (must, nice) => this.#grade(must, nice)),
      );
      this.points.hidden = false;
      say(this.status, "");
      this.#since = 0;
      ofTab.set(talk(this.question), "");
      tell();
      this.#read();
      focusOn(this.points);
    } catch {
      say(this.status, "The rubric could not be fetched. Press Done talking to try again.");
    }
  }

  /** @param {boolean[]} must @param {boolean[]} nice */
  async #grade(must, nice) {
    const attempt = await this.#started();
    await note("ticked", attempt, { must, nice });
    await finish(attempt, must.every(Boolean) ? "passed" : "failed");
    if (!this.status) return;
    const said = must.filter(Boolean).length;
    say(this.status, `${said} of ${must.length} must-haves said.`);
    focusOn(this.status);
  }
}
