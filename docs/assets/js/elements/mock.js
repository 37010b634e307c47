/** A mock interview: a plan, one question after the other, one clock, a debrief. @module */

import { minutesAndSeconds } from "../page/clock.js";
import { button, focusOn, h } from "../page/dom.js";
import { history } from "../journal/history.js";
import { current, end, left, start } from "../practice/interview.js";
import { plan } from "../practice/mock.js";
import { questions } from "../page/questions.js";
import { debrief } from "./mock_debrief.js";
import { isWished, mockForm, remember } from "./mock_form.js";
import { MockQuestion } from "./mock_question.js";

/** @typedef {import("../page/questions.js").Question} Question */
/** @typedef {import("../journal/history.js").Mock} Mock */
/** @typedef {import("./mock_form.js").Wish} Wish */

export class BackprepMock extends HTMLElement {
  /** @type {Question[]} */
  #all = [];
  /** @type {MockQuestion | null} */
  #open = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #interval;

  connectedCallback() {
    this.#interval = setInterval(() => this.#open?.tick(), 1000);
    if (this.#all.length) return;
    questions().then(
      (all) => {
        this.#all = all;
        const mock = history().mocks.at(-1);
        if (mock && mock.ended === null && this.#set(mock)) this.#offerToGoOn(mock);
        else this.#setUp();
      },
      () =>
        this.append("The list of questions could not be fetched; reload to try again."),
    );
  }

  disconnectedCallback() {
    clearInterval(this.#interval);
  }

  /** An interview's questions, if the bank still has all of them. @param {Mock} mock */
  #set(mock) {
    const byId = new Map(this.#all.map((question) => [question.id, question]));
    const set = mock.questions.flatMap((id) => byId.get(id) ?? []);
    return set.length === mock.questions.length ? set : null;
  }

  /** @param {string} name @param {(Node | string)[]} children */
  #show(name, ...children) {
    const wasHere = this.contains(document.activeElement);
    this.#open = null;
    this.dataset.view = name;
    this.replaceChildren(...children);
    const heading = this.querySelector("h2");
    if (heading && wasHere) focusOn(heading);
  }

  #setUp() {
    const topics = new Map(
      this.#all.map(({ topic, topicTitle }) => [topic, topicTitle]),
    );
    const form = mockForm([...topics], (wish) => this.#plan(wish));
    this.#show("set-up", form, ...this.#earlier());
    if (isWished() && form.checkValidity()) form.requestSubmit();
  }

  #earlier() {
    const ended = history().mocks.filter((mock) => mock.ended && this.#set(mock));
    if (ended.length === 0) return [];
    const entries = ended.slice(-5).reverse();
    const items = entries.map((mock) => {
      const name = `${mock.at.slice(0, 10)}, ${mock.minutes} minutes, seed ${mock.seed}`;
      return h(
        "li",
        {},
        button(name, () => this.#debrief(mock)),
      );
    });
    const list = h("ul", { class: "backprep-mock-earlier" }, ...items);
    return [h("h2", {}, "Earlier debriefs"), list];
  }

  /** @param {Wish} wish */
  async #plan({ minutes, topics, seed }) {
    const set = await plan(this.#all, minutes, topics, seed);
    remember({ minutes, topics, seed });
    const back = this.#back("Choose again");
    if (set.length === 0) {
      const none = `No question of these topics fits into ${minutes} minutes.`;
      return this.#show("plan", h("p", {}, none), back);
    }
    const total = set.reduce((sum, question) => sum + question.minutes, 0);
    const facts = `${set.length} questions, ${total} of ${minutes} minutes, seed ${seed}.`;
    const items = set.map(({ kind, level, minutes, topicTitle }) =>
      h("li", {}, `${kind}, ${level}, ${minutes} min · ${topicTitle}`),
    );
    const begin = async () => this.#next(await start(minutes, topics, seed, set));
    this.#show(
      "plan",
      h("h2", {}, "The plan"),
      h("p", {}, `${facts} One clock, no hints, no answers.`),
      h("ol", { class: "backprep-mock-plan" }, ...items),
      button("Start the clock", begin, "backprep-button-main"),
      back,
    );
  }

  /** @param {string} label */
  #back(label) {
    return button(label, () => {
      remember(null);
      this.#setUp();
    });
  }

  /** @param {Mock} mock */
  #offerToGoOn(mock) {
    const seconds = left(mock);
    const span = minutesAndSeconds(Math.abs(seconds));
    const how = `${span} ${seconds > 0 ? "left" : "over time"}`;
    this.#show(
      "go-on",
      h("p", {}, `An interview is under way: ${how}.`),
      button("Go on", () => this.#next(mock), "backprep-button-main"),
      button("End it", () => this.#end(mock)),
    );
  }

  /** @param {Mock} mock */
  #next(mock) {
    const id = current(mock);
    const question = this.#all.find((question) => question.id === id);
    if (!question) return this.#end(mock);
    const [next, finish] = [() => this.#next(mock), () => this.#end(mock)];
    const open = new MockQuestion(mock, question, next, finish);
    this.#show("question", ...open.nodes);
    this.#open = open;
    open.open();
  }

  /** @param {Mock} mock */
  async #end(mock) {
    await end(mock, this.#all);
    this.#debrief(mock);
  }

  /** @param {Mock} mock */
  #debrief(mock) {
    const parts = debrief(mock, this.#set(mock) ?? []);
    this.#show("debrief", ...parts, this.#back("Another interview"));
  }
}
