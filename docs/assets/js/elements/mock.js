/** A mock interview: a plan, one question after the other, one clock, a debrief. @module */

import { adopted, page, rubric } from "../answer.js";
import { minutesAndSeconds, phase, reading, WORD } from "../clock.js";
import { begin, finish, note } from "../coach.js";
import { markdown } from "../debrief.js";
import { ask, button, download, focusOn, fromRoot, h, say, status } from "../dom.js";
import { history } from "../history.js";
import { current, phaseWord, spent, within } from "../interview.js";
import { journal } from "../journal.js";
import { plan } from "../plan.js";
import { elapsed, leaveOut, tick } from "../pulse.js";
import { questions } from "../questions.js";
import { rubricBoxes, rubricForm } from "./rubric_form.js";

/** @typedef {import("../questions.js").Question} Question */
/** @typedef {import("../history.js").Mock} Mock */
/** @typedef {import("../attempt.js").Attempt} Attempt */
/** @typedef {import("../debrief.js").Entry} Entry */

const MINUTES = [20, 30, 45, 60, 90];
const SPOKEN = ["explain"];

export class BackprepMock extends HTMLElement {
  /** @type {Question[]} */
  #all = [];
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #interval;
  /** The question whose prompt is on the screen. */
  #open = "";

  connectedCallback() {
    this.#interval = setInterval(() => this.#tick(), 1000);
    if (this.status) return;
    this.status = status();
    this.view = h("div", { class: "backprep-mock-view" });
    questions().then(
      (all) => {
        this.#all = all;
        this.replaceChildren(this.view ?? "", this.status ?? "");
        const open = this.#underWay();
        if (open) this.#offerToGoOn(open);
        else this.#setUp();
      },
      () =>
        this.append("The list of questions could not be fetched; reload to try again."),
    );
  }

  disconnectedCallback() {
    clearInterval(this.#interval);
  }

  /** @returns {Mock | undefined} */
  #underWay() {
    const mock = history().mocks.at(-1);
    return mock && mock.ended === null && this.#known(mock) ? mock : undefined;
  }

  /** Whether the bank still has its questions. @param {Mock} mock */
  #known(mock) {
    return mock.questions.every((id) =>
      this.#all.some((question) => question.id === id),
    );
  }

  /** @param {string} id */
  #question(id) {
    return /** @type {Question} */ (this.#all.find((question) => question.id === id));
  }

  /** @param {string} name @param {(Node | string)[]} children */
  #show(name, ...children) {
    this.dataset.view = name;
    this.view?.replaceChildren(...children);
  }

  /** @param {string} text */
  #say(text) {
    if (this.status) say(this.status, text);
  }

  // before the clock starts

  #setUp() {
    const wanted = new URLSearchParams(location.search);
    const minutes = h("input", {
      type: "number",
      name: "minutes",
      min: "5",
      max: "240",
      required: true,
      list: "backprep-mock-minutes",
    });
    minutes.value = String(clamped(wanted.get("minutes"), 5, 240) ?? 45);
    const usual = h(
      "datalist",
      { id: "backprep-mock-minutes" },
      ...MINUTES.map((value) => h("option", { value })),
    );
    const seed = h("input", {
      type: "number",
      name: "seed",
      min: "0",
      max: "999999",
      placeholder: "any",
    });
    seed.value = String(clamped(wanted.get("seed"), 0, 999_999) ?? "");
    const chosen = (wanted.get("topics") ?? "").split(",");
    const topics = new Map(
      this.#all.map(({ topic, topicTitle }) => [topic, topicTitle]),
    );
    const boxes = [...topics].map(([topic, title]) => {
      const box = h("input", { type: "checkbox", name: "topic", value: topic });
      box.checked = chosen.includes(topic);
      return {
        box,
        label: h("label", { class: "backprep-mock-topic" }, box, " ", title),
      };
    });
    const form = h(
      "form",
      { class: "backprep-mock-form" },
      h("label", {}, "Minutes ", minutes),
      usual,
      h(
        "fieldset",
        {},
        h("legend", {}, "Topics (none ticked: all)"),
        ...boxes.map(({ label }) => label),
      ),
      h("label", {}, "Seed ", seed),
      h(
        "p",
        { class: "backprep-mock-help" },
        "The same minutes, topics and seed give a partner the same questions.",
      ),
      h(
        "button",
        { type: "submit", class: "backprep-button backprep-button-main" },
        "Plan the interview",
      ),
    );
    const submitted = () => {
      const ticked = boxes.filter(({ box }) => box.checked).map(({ box }) => box.value);
      const number =
        seed.value === "" ? Math.floor(Math.random() * 10_000) : Number(seed.value);
      this.#plan(Number(minutes.value), ticked, number);
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      submitted();
    });
    this.#show("set-up", form, ...this.#earlier());
    if (seed.value !== "" && form.checkValidity()) submitted();
  }

  #chooseAgain() {
    const address = new URL(location.href);
    address.search = "";
    globalThis.history.replaceState(globalThis.history.state, "", address);
    this.#setUp();
  }

  /** @returns {Node[]} */
  #earlier() {
    const ended = history().mocks.filter((mock) => mock.ended && this.#known(mock));
    if (ended.length === 0) return [];
    const entries = ended.slice(-5).reverse();
    const buttons = entries.map((mock) =>
      h(
        "li",
        {},
        button(
          `${mock.at.slice(0, 10)}, ${mock.minutes} minutes, seed ${mock.seed}`,
          () => this.#debrief(mock),
        ),
      ),
    );
    return [
      h("h2", {}, "Earlier debriefs"),
      h("ul", { class: "backprep-mock-earlier" }, ...buttons),
    ];
  }

  /** @param {number} minutes @param {string[]} topics @param {number} seed */
  #plan(minutes, topics, seed) {
    const set = plan(this.#all, minutes, topics, seed);
    const address = new URL(location.href);
    address.search = new URLSearchParams({
      minutes: `${minutes}`,
      topics: topics.join(","),
      seed: `${seed}`,
    }).toString();
    globalThis.history.replaceState(globalThis.history.state, "", address);
    const back = button("Choose again", () => this.#chooseAgain());
    if (set.length === 0) {
      this.#show(
        "plan",
        h("p", {}, `No question of these topics fits into ${minutes} minutes.`),
        back,
      );
      return;
    }
    const total = set.reduce((sum, question) => sum + question.minutes, 0);
    const heading = h("h2", {}, "The plan");
    const list = set.map(({ kind, level, minutes, topicTitle }) =>
      h("li", {}, `${kind}, ${level}, ${minutes} min · ${topicTitle}`),
    );
    this.#show(
      "plan",
      heading,
      h(
        "p",
        {},
        `${set.length} questions, ${total} of ${minutes} minutes, seed ${seed}. One clock, no hints, no answers.`,
      ),
      h("ol", { class: "backprep-mock-plan" }, ...list),
      button(
        "Start the clock",
        () => this.#start(minutes, topics, seed, set),
        "backprep-button-main",
      ),
      back,
    );
    focusOn(heading);
  }

  /** @param {number} minutes @param {string[]} topics @param {number} seed @param {Question[]} set */
  async #start(minutes, topics, seed, set) {
    const ids = set.map(({ id }) => id);
    await journal.append("mock_started", "", "", {
      minutes,
      topics,
      seed,
      questions: ids,
    });
    const mock = this.#underWay();
    if (mock) await this.#next(mock);
  }

  /** @param {Mock} mock */
  #offerToGoOn(mock) {
    const left = mock.minutes * 60 - spent(mock, history().attempts);
    const span = minutesAndSeconds(Math.abs(left));
    this.#show(
      "go-on",
      h(
        "p",
        {},
        `An interview is under way: ${span} ${left > 0 ? "left" : "over time"}.`,
      ),
      button("Go on", () => this.#next(mock), "backprep-button-main"),
      button("End it", () => this.#end(mock)),
    );
  }

  // while the clock runs

  /** @param {Mock} mock */
  async #next(mock) {
    const id = current(mock, history().attempts);
    if (id === undefined) return this.#end(mock);
    const question = this.#question(id);
    const place = h(
      "div",
      { class: "backprep-mock-prompt" },
      "The question is being fetched.",
    );
    this.#frame(mock, question, place);
    try {
      const from = await page(fromRoot(question.url));
      place.replaceChildren(...prompt(from, question));
    } catch {
      const again = button("Try again", () => this.#next(mock));
      place.replaceChildren(
        h(
          "p",
          {},
          "The question could not be fetched. The clock has not been started for it.",
        ),
        again,
      );
      return;
    }
    await begin(id, question.minutes, mock.id);
    this.#open = id;
    this.#tick();
    focusOn(place);
  }

  /** @param {Mock} mock @param {Question} question @param {HTMLElement} place */
  #frame(mock, question, place) {
    const number = mock.questions.indexOf(question.id) + 1;
    this.clock = h("span", {
      class: "backprep-timer-clock",
      role: "timer",
      "aria-label": "Time left of the interview",
    });
    this.word = h("span", { class: "backprep-timer-word" });
    this.soft = h("p", { class: "backprep-mock-phase", role: "status" });
    this.asking = h("div", { class: "backprep-mock-asking" });
    const bar = h("div", { class: "backprep-timer-bar" }, this.clock, this.word);
    bar.append(
      h(
        "span",
        { class: "backprep-mock-place" },
        `Question ${number} of ${mock.questions.length}, ${question.minutes} min`,
      ),
      button(
        "Next question",
        () => this.#leave(mock, question),
        "backprep-button-main",
      ),
      button("End the interview", () => this.#askToEnd(mock)),
    );
    this.#show("question", bar, this.soft, this.asking, place);
  }

  async #tick() {
    const mock = this.dataset.view === "question" ? this.#underWay() : undefined;
    if (!mock || !this.#open || !this.clock || !this.word || !this.soft) return;
    const { attempts } = history();
    const attempt = within(mock, attempts).find(
      ({ question }) => question === this.#open,
    );
    if (attempt?.running && tick(attempt))
      await leaveOut(() => this.#attempt(mock, attempt.question));
    const left = mock.minutes * 60 - spent(mock, attempts);
    this.dataset.phase = phase(left);
    say(this.clock, reading(left));
    say(this.word, WORD[phase(left)]);
    const kind = this.#question(this.#open).kind;
    if (left <= 0)
      say(this.soft, "Time is up. Finish your sentence, then end the interview.");
    else if (attempt && (kind === "code" || kind === "debug"))
      say(this.soft, phaseWord(elapsed(attempt) / (attempt.minutes * 60)));
  }

  /** @param {Mock} mock @param {Question} question */
  async #leave(mock, question) {
    const attempt = this.#attempt(mock, question.id);
    if (attempt?.running) {
      // what was said aloud is graded in the debrief, by the rubric
      if (SPOKEN.includes(question.kind))
        await note("paused", attempt, { reason: "asked" });
      else if (question.kind === "predict")
        await finish(attempt, "failed", attempt.runs > 0);
      else {
        const choices = ["They pass", "They do not", "Go on with it"];
        const choice =
          this.asking && (await ask(this.asking, "Do all the checks pass?", choices));
        if (choice !== "They pass" && choice !== "They do not") return;
        await finish(attempt, choice === "They pass" ? "passed" : "failed");
      }
    }
    this.#open = "";
    await this.#next(mock);
  }

  /** @param {Mock} mock @param {string} id */
  #attempt(mock, id) {
    return within(mock, history().attempts).find(({ question }) => question === id);
  }

  /** @param {Mock} mock */
  async #askToEnd(mock) {
    const question = "End the interview? What is not answered counts as not attempted.";
    const choice =
      this.asking && (await ask(this.asking, question, ["Go on", "End it"]));
    if (choice === "End it") await this.#end(mock);
  }

  /** @param {Mock} mock */
  async #end(mock) {
    for (const attempt of within(mock, history().attempts))
      if (attempt.running) {
        if (SPOKEN.includes(this.#question(attempt.question).kind))
          await note("paused", attempt, { reason: "asked" });
        else await finish(attempt, "failed", attempt.runs > 0);
      }
    this.#open = "";
    const used = Math.round(spent(mock, history().attempts) * 1000) / 1000;
    await journal.append("mock_finished", "", mock.id, { elapsed: used });
    this.#debrief(mock);
  }

  // afterwards

  /** @param {Mock} mock */
  #debrief(mock) {
    const used = spent(mock, history().attempts);
    const heading = h("h2", {}, "Debrief");
    const notes = h("textarea", { rows: "5", class: "backprep-mock-notes" });
    /** @type {Map<string, Entry>} */
    const entries = new Map();
    const parts = mock.questions.map((id) =>
      this.#entry(mock, this.#question(id), entries),
    );
    const save = () =>
      download(
        `mock-${mock.at.slice(0, 10)}-${mock.seed}.md`,
        markdown(mock, used, [...entries.values()], notes.value),
        "text/markdown",
      );
    this.#say("");
    this.#show(
      "debrief",
      heading,
      h(
        "p",
        {},
        `${minutesAndSeconds(used)} of ${mock.minutes} minutes used, seed ${mock.seed}.`,
      ),
      ...parts,
      h("label", { class: "backprep-mock-notes-label" }, "Notes ", notes),
      button("Save as Markdown", save, "backprep-button-main"),
      button("Another interview", () => this.#chooseAgain()),
    );
    focusOn(heading);
  }

  /** @param {Mock} mock @param {Question} question @param {Map<string, Entry>} entries */
  #entry(mock, question, entries) {
    const { id, title, kind, minutes, url } = question;
    const attempt = this.#attempt(mock, id);
    const said = h("p", { class: "backprep-mock-result" });
    const place = h("div", { class: "backprep-mock-rubric" });
    const spent = attempt ? elapsed(attempt) : 0;
    /** @type {Entry} */
    const entry = {
      title,
      kind,
      minutes,
      result: "",
      elapsed: spent,
      must: [],
      nice: [],
    };
    entries.set(id, entry);
    const show = async () => {
      entry.result = await this.#result(mock, id);
      say(said, `${entry.result[0]?.toUpperCase()}${entry.result.slice(1)}.`);
    };
    show();
    if (attempt) this.#offerRubric(mock, question, entry, place, show);
    const heading = h("h3", {}, h("a", { href: fromRoot(url) }, title));
    return h("section", { class: "backprep-mock-entry" }, heading, said, place);
  }

  /**
   * @param {Mock} mock
   * @param {Question} question
   * @param {Entry} entry
   * @param {HTMLElement} place
   * @param {() => Promise<void>} show
   */
  async #offerRubric(mock, question, entry, place, show) {
    say(place, "The rubric is being fetched.");
    let points;
    try {
      points = await this.#rubric(question);
    } catch {
      return say(place, "The rubric could not be fetched.");
    }
    entry.must = points.must.map((text) => ({ text, said: false }));
    entry.nice = points.nice.map((text) => ({ text, said: false }));
    /** @param {boolean[]} must @param {boolean[]} nice */
    const keep = (must, nice) => {
      entry.must.forEach((point, index) => (point.said = must[index] ?? false));
      entry.nice.forEach((point, index) => (point.said = nice[index] ?? false));
    };
    const open = this.#attempt(mock, question.id)?.outcome === null;
    if (!open) return place.replaceChildren(rubricBoxes(points, keep));
    place.replaceChildren(
      rubricForm(points, async (must, nice) => {
        keep(must, nice);
        const attempt = this.#attempt(mock, question.id);
        if (attempt?.outcome !== null) return;
        await note("ticked", attempt, { must, nice });
        await finish(attempt, must.every(Boolean) ? "passed" : "failed");
        await show();
      }),
    );
  }

  /** @param {Question} question */
  async #rubric(question) {
    const url = fromRoot(question.url);
    const link = (await page(url)).querySelector("backprep-reveal a[href]");
    return rubric(await page(new URL(link?.getAttribute("href") ?? "", url).href));
  }

  /** @param {Mock} mock @param {string} id */
  async #result(mock, id) {
    const attempt = this.#attempt(mock, id);
    if (!attempt) return "not attempted";
    if (attempt.outcome === null) return "not graded yet: tick its rubric";
    const { grade } = await import("../schedule.js");
    const { rating, reason } = grade(attempt);
    return rating ? `${rating}: ${reason}` : reason;
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
  if (!names) return [heading, part];
  const predict = document.createElement("backprep-predict");
  predict.setAttribute("question", question.id);
  predict.setAttribute("names", names);
  return [heading, part, predict];
}

/** @param {string | null} text @param {number} least @param {number} most */
function clamped(text, least, most) {
  const value = Number(text);
  if (text === null || text === "" || !Number.isInteger(value)) return null;
  return Math.min(most, Math.max(least, value));
}
