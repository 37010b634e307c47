/** An interview's open question: the workbench of its page, and nothing that helps. @module */

import { adopted, page } from "../page/answer.js";
import { begin, finish } from "../practice/coach.js";
import { ask, button, focusOn, fromRoot, h, reachable, say } from "../page/dom.js";
import { journal } from "../journal/journal.js";
import {
  attemptAt,
  following,
  leave,
  left,
  phaseWord,
  SPOKEN,
  timeOf,
  WRITTEN,
} from "../practice/interview.js";
import { elapsed } from "../journal/stopwatch.js";
import { hold } from "../page/workplace.js";
import { split } from "./split.js";

/** @typedef {import("../page/questions.js").Question} Question */
/** @typedef {import("../page/workplace.js").Action} Action */
/** @typedef {import("../journal/history.js").Mock} Mock */

/** As the interview that the page holds, it says how to go on. */
export class MockQuestion {
  #mock;
  #question;
  #onNext;
  #onEnd;

  /**
   * @param {Mock} mock
   * @param {Question} question
   * @param {() => unknown} onNext
   * @param {() => unknown} onEnd
   */
  constructor(mock, question, onNext, onEnd) {
    this.#mock = mock;
    this.#question = question;
    this.#onNext = onNext;
    this.#onEnd = onEnd;
    const number = mock.questions.indexOf(question.id) + 1;
    const where = `Question ${number} of ${mock.questions.length}`;
    this.soft = h("p", { class: "backprep-mock-phase", role: "status" });
    const strip = h("div", { class: "backprep-mock-strip" }, h("strong", {}, where), this.soft);
    this.title = h("h1", {}, question.title);
    this.prompt = h("div", {});
    const facts = h(
      "p",
      { class: "bp-facts" },
      h("span", { class: `bp-level bp-${question.level}` }, question.level),
      " ",
      h("span", { class: `bp-kind bp-${question.kind}` }, question.kind),
      " ",
      h("span", { class: "bp-minutes" }, `${question.minutes} min`),
    );
    // the keyboard scrolls it, as nothing in it may have the focus
    const pane = { class: "bp-reading", tabindex: "0", "aria-label": "The question" };
    this.bench = h(
      "div",
      { class: "bp-bench" },
      h("section", pane, this.title, facts, this.prompt),
      split("prompt", "Width of the question", [25, 70, 42]),
    );
    this.nodes = [strip, this.bench];
  }

  /** Its clock starts when the prompt is on the screen. */
  async open() {
    hold(this);
    say(this.prompt, "The question is being fetched.");
    /** @type {Document} */
    let from;
    try {
      from = await page(fromRoot(this.#question.url));
      this.prompt.replaceChildren(lifted(from, ".bp-prompt"));
      reachable(this.prompt);
    } catch {
      const message =
        "The question could not be fetched. Its clock has not been started.";
      const again = button("Try again", () => this.open());
      return this.prompt.replaceChildren(h("p", {}, message), again);
    }
    await begin(this.#question.id, this.#question.minutes, this.#mock.id);
    this.bench.append(desk(from, this.#question));
    this.draw();
    focusOn(this.title);
  }

  /** To call every second. */
  draw() {
    say(this.soft, this.#word());
  }

  #word() {
    const attempt = attemptAt(this.#mock, this.#question.id);
    if (!attempt) return "";
    if (left(this.#mock) <= 0)
      return "Time is up. Finish your sentence, then go to the debrief.";
    if (attempt.outcome === "passed") return "Passed. The clock stands still until you go on.";
    if (!attempt.running) return "Paused.";
    if (WRITTEN.includes(this.#question.kind))
      return phaseWord(elapsed(attempt) / (attempt.minutes * 60));
    return this.#question.kind === SPOKEN
      ? "Answer aloud. The rubric comes in the debrief."
      : "Type what you predict, then check it.";
  }

  time() {
    return timeOf(this.#mock);
  }

  /** @returns {Action} */
  next() {
    const more = following(this.#mock) && left(this.#mock) > 0;
    const label = more ? "Next question" : "Go to the debrief";
    return { label, act: (asking) => this.#leave(asking) };
  }

  /** @returns {Action} */
  end() {
    return { label: "End the interview", act: (asking) => this.#askToEnd(asking) };
  }

  /** The attempt while it is not finished. */
  get #attempt() {
    const attempt = attemptAt(this.#mock, this.#question.id);
    return attempt?.outcome === null ? attempt : undefined;
  }

  /** @param {HTMLElement} asking */
  async #leave(asking) {
    await this.#keep();
    const attempt = this.#attempt;
    const { kind } = this.#question;
    if (attempt && kind === SPOKEN) await leave(attempt, this.#question);
    else if (attempt) {
      const written = WRITTEN.includes(kind) && !journal.keepsTime;
      const choice = written
        ? await ask(asking, "Do all the checks pass?", ["They pass", "They do not", GO_ON])
        : await ask(asking, "Leave this question? It counts as not passed.", [GO_ON, "Leave it"]);
      if (choice === null || choice === GO_ON) return;
      // it may have been finished while it was asked
      if (this.#attempt) await finish(attempt, choice === "They pass" ? "passed" : "failed");
    }
    this.#onNext();
  }

  /** @param {HTMLElement} asking */
  async #askToEnd(asking) {
    const question = "End the interview? What is not passed by now counts as not passed.";
    if ((await ask(asking, question, ["Go on", "End it"])) !== "End it") return;
    await this.#keep();
    this.#onEnd();
  }

  /** What was typed last is saved before the question is left. */
  async #keep() {
    /** @type {(Element & { pane?: import("./editor_pane.js").EditorPane }) | null} */
    const judge = this.bench.querySelector("backprep-judge");
    await judge?.pane?.leave();
  }
}

const GO_ON = "Go on with it";

/** A part of a question's page that can stand in this one. */
/** @param {Document} from @param {string} selector */
function lifted(from, selector) {
  const part = from.querySelector(selector);
  if (!part) throw new Error(`the page has no ${selector}`);
  const copy = adopted(part);
  for (const mark of copy.querySelectorAll(".headerlink")) mark.remove();
  return copy;
}

/** The pane to work in, without what is for one who practises alone. */
/** @param {Document} from @param {Question} question */
function desk(from, { kind }) {
  const part = lifted(from, ".bp-desk");
  for (const node of part.querySelectorAll("backprep-grade, backprep-judge[beside]"))
    node.remove();
  for (const place of part.querySelectorAll("backprep-judge, backprep-predict, backprep-rubric"))
    for (const node of [...place.childNodes])
      if (!(node instanceof Element && node.matches(".bp-starter"))) node.remove();
  const rubric = part.querySelector("backprep-rubric");
  if (kind === SPOKEN && rubric) rubric.before(...howToSpeak(Number(rubric.getAttribute("seconds"))));
  return part;
}

/** @param {number} seconds */
function howToSpeak(seconds) {
  const minutes = seconds / 60;
  const span = minutes === 1 ? "a minute" : `${minutes} minutes`;
  return [
    h("h2", {}, "Answer aloud"),
    h(
      "p",
      { class: "backprep-mock-aloud" },
      `Say your answer as you would to an interviewer, in ${span}. Press Start talking when you begin, and Done talking when you have finished.`,
    ),
  ];
}
