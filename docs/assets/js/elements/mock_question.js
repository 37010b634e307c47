/** An interview's open question, with the clock of the whole. @module */

import { adopted, page } from "../page/answer.js";
import { phase, reading, WORD } from "../page/clock.js";
import { begin, finish } from "../practice/coach.js";
import { ask, button, focusOn, fromRoot, h, say } from "../page/dom.js";
import { journal } from "../journal/journal.js";
import { attemptAt, leave, left, phaseWord } from "../practice/interview.js";
import { elapsed, leaveOut, tick } from "../journal/stopwatch.js";

/** @typedef {import("../page/questions.js").Question} Question */
/** @typedef {import("../journal/history.js").Mock} Mock */

/** What is judged by its checks, and has phases. */
const WRITTEN = ["code", "measure", "debug"];

export class MockQuestion {
  #mock;
  #question;

  /**
   * @param {Mock} mock
   * @param {Question} question
   * @param {() => void} onNext
   * @param {() => void} onEnd
   */
  constructor(mock, question, onNext, onEnd) {
    this.#mock = mock;
    this.#question = question;
    const number = mock.questions.indexOf(question.id) + 1;
    const where = `Question ${number} of ${mock.questions.length}, ${question.minutes} min`;
    const label = "Time left of the interview";
    this.clock = h("span", {
      class: "backprep-timer-clock",
      role: "timer",
      "aria-label": label,
    });
    this.word = h("span", { class: "backprep-timer-word" });
    this.soft = h("p", { class: "backprep-mock-phase", role: "status" });
    this.asking = h("div", { class: "backprep-mock-asking" });
    this.place = h("div", { class: "backprep-mock-prompt" });
    this.bar = h(
      "div",
      { class: "backprep-timer-bar" },
      this.clock,
      this.word,
      h("span", { class: "backprep-mock-place" }, where),
      button("Next question", () => this.#leave(onNext), "backprep-button-main"),
      button("End the interview", () => this.#askToEnd(onEnd)),
    );
  }

  get nodes() {
    return [this.bar, this.soft, this.asking, this.place];
  }

  /** Its clock starts when the prompt is on the screen. */
  async open() {
    this.draw();
    say(this.place, "The question is being fetched.");
    try {
      const from = await page(fromRoot(this.#question.url));
      this.place.replaceChildren(...prompt(from, this.#question));
    } catch {
      const message =
        "The question could not be fetched. Its clock has not been started.";
      const again = button("Try again", () => this.open());
      return this.place.replaceChildren(h("p", {}, message), again);
    }
    await begin(this.#question.id, this.#question.minutes, this.#mock.id);
    this.draw();
    focusOn(this.place);
  }

  /** To call every second. */
  async tick() {
    const attempt = attemptAt(this.#mock, this.#question.id);
    if (attempt?.running && tick(attempt)) await leaveOut(() => this.#running());
    this.draw();
  }

  draw() {
    const remaining = left(this.#mock);
    this.bar.dataset.phase = phase(remaining);
    say(this.clock, reading(remaining));
    say(this.word, WORD[phase(remaining)]);
    const attempt = this.#running();
    if (remaining <= 0)
      say(this.soft, "Time is up. Finish your sentence, then end the interview.");
    else if (attempt && WRITTEN.includes(this.#question.kind))
      say(this.soft, phaseWord(elapsed(attempt) / (attempt.minutes * 60)));
  }

  #running() {
    const attempt = attemptAt(this.#mock, this.#question.id);
    return attempt?.running ? attempt : undefined;
  }

  /** @param {() => void} onNext */
  async #leave(onNext) {
    const attempt = this.#running();
    if (attempt && journal.keepsTime && WRITTEN.includes(this.#question.kind)) {
      const asked = "The checks do not pass yet. Leave the question?";
      const choice = await ask(this.asking, asked, ["Go on with it", "Leave it"]);
      if (choice !== "Leave it") return;
      await finish(attempt, "failed");
    } else if (attempt && WRITTEN.includes(this.#question.kind)) {
      const choices = ["They pass", "They do not", "Go on with it"];
      const choice = await ask(this.asking, "Do all the checks pass?", choices);
      if (choice !== "They pass" && choice !== "They do not") return;
      await finish(attempt, choice === "They pass" ? "passed" : "failed");
    } else if (attempt) await leave(attempt, this.#question);
    onNext();
  }

  /** @param {() => void} onEnd */
  async #askToEnd(onEnd) {
    const question = "End the interview? What is not answered counts as not attempted.";
    if ((await ask(this.asking, question, ["Go on", "End it"])) === "End it") onEnd();
  }
}

/** A question's prompt out of its page, without what helps. */
/** @param {Document} from @param {Question} question @returns {Node[]} */
function prompt(from, question) {
  const whole =
    from.querySelector(".bp-prompt") ?? from.querySelector("article, main, body");
  if (!whole) throw new Error("the page has no prompt");
  const part = adopted(whole);
  for (const node of part.querySelectorAll("*"))
    if (node.localName.startsWith("backprep-")) node.remove();
  const heading = h("h2", {}, question.title);
  const names = from.querySelector("backprep-predict")?.getAttribute("names");
  const judge = from.querySelector("backprep-judge");
  if (judge && journal.keepsTime && WRITTEN.includes(question.kind))
    return [heading, part, document.importNode(judge, false)];
  if (!names) return [heading, part];
  const predict = document.createElement("backprep-predict");
  predict.setAttribute("question", question.id);
  predict.setAttribute("names", names);
  return [heading, part, predict];
}
