/** What an interview came to, question by question, to be graded and kept. @module */

import { page, rubric } from "../page/answer.js";
import { minutesAndSeconds } from "../page/clock.js";
import { finish, note } from "../practice/coach.js";
import { markdown } from "../practice/debrief.js";
import { button, download, fromRoot, h, say } from "../page/dom.js";
import { attemptAt, spent } from "../practice/interview.js";
import { elapsed } from "../journal/stopwatch.js";
import { grade } from "../practice/schedule.js";
import { capital } from "../page/words.js";
import { rubricBoxes, rubricForm } from "./rubric_form.js";

/** @typedef {import("../page/questions.js").Question} Question */
/** @typedef {import("../journal/history.js").Mock} Mock */
/** @typedef {import("../practice/debrief.js").Entry} Entry */

/**
 * @param {Mock} mock
 * @param {Question[]} set its questions
 * @returns {Node[]}
 */
export function debrief(mock, set) {
  const used = spent(mock);
  const notes = h("textarea", { rows: "5", class: "backprep-mock-notes" });
  const parts = set.map((question) => new Part(mock, question));
  const save = () => {
    const name = `mock-${mock.at.slice(0, 10)}-${mock.seed}.md`;
    const entries = parts.map(({ entry }) => entry);
    download(name, markdown(mock, used, entries, notes.value), "text/markdown");
  };
  const span = `${minutesAndSeconds(used)} of ${mock.minutes} minutes used`;
  return [
    h("h2", {}, "Debrief"),
    h("p", {}, `${span}, seed ${mock.seed}.`),
    ...parts.map(({ node }) => node),
    h("label", { class: "backprep-mock-notes-label" }, "Notes ", notes),
    button("Save as Markdown", save, "backprep-button-main"),
  ];
}

/** One question of the debrief. */
class Part {
  #mock;
  #question;

  /** @param {Mock} mock @param {Question} question */
  constructor(mock, question) {
    this.#mock = mock;
    this.#question = question;
    const { title, kind, minutes, url } = question;
    const spent = this.#attempt ? elapsed(this.#attempt) : 0;
    /** @type {Entry} */
    this.entry = {
      title,
      kind,
      minutes,
      result: "",
      elapsed: spent,
      must: [],
      nice: [],
    };
    this.said = h("p", { class: "backprep-mock-result" });
    this.place = h("div", { class: "backprep-mock-rubric" });
    const heading = h("h3", {}, h("a", { href: fromRoot(url) }, title));
    this.node = h(
      "section",
      { class: "backprep-mock-entry" },
      heading,
      this.said,
      this.place,
    );
    this.#draw();
    if (this.#attempt) this.#offerRubric();
  }

  get #attempt() {
    return attemptAt(this.#mock, this.#question.id);
  }

  #draw() {
    this.entry.result = this.#result();
    say(this.said, `${capital(this.entry.result)}.`);
  }

  #result() {
    if (!this.#attempt) return "not attempted";
    if (this.#attempt.outcome === null) return "not graded yet: tick its rubric";
    const { rating, reason } = grade(this.#attempt);
    return rating ? `${rating}: ${reason}` : reason;
  }

  async #offerRubric() {
    say(this.place, "The rubric is being fetched.");
    let points;
    try {
      points = await this.#rubric();
    } catch {
      return say(this.place, "The rubric could not be fetched.");
    }
    this.entry.must = points.must.map((text) => ({ text, said: false }));
    this.entry.nice = points.nice.map((text) => ({ text, said: false }));
    const graded = this.#attempt?.outcome !== null;
    this.place.replaceChildren(
      graded
        ? rubricBoxes(points, (must, nice) => this.#keep(must, nice))
        : rubricForm(points, (must, nice) => this.#grade(must, nice)),
    );
  }

  async #rubric() {
    const url = fromRoot(this.#question.url);
    const link = (await page(url)).querySelector("backprep-reveal a[href]");
    return rubric(await page(new URL(link?.getAttribute("href") ?? "", url).href));
  }

  /** @param {boolean[]} must @param {boolean[]} nice */
  #keep(must, nice) {
    this.entry.must.forEach((point, index) => (point.said = must[index] ?? false));
    this.entry.nice.forEach((point, index) => (point.said = nice[index] ?? false));
  }

  /** @param {boolean[]} must @param {boolean[]} nice */
  async #grade(must, nice) {
    this.#keep(must, nice);
    const attempt = this.#attempt;
    if (attempt?.outcome !== null) return;
    await note("ticked", attempt, { must, nice });
    await finish(attempt, must.every(Boolean) ? "passed" : "failed");
    this.#draw();
  }
}
