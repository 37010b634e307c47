/** The table of all questions, filtered; the choice stands in the address. @module */

import { button, h, say } from "../page/dom.js";
import { questions } from "../page/questions.js";
import { many } from "../page/words.js";
import { SIGNS, standing } from "../practice/standing.js";
import { Live } from "./live.js";

/** @typedef {import("../page/questions.js").Question} Question */
/** @typedef {{ row: HTMLElement, question: Question, state: string }} Row */

const LABELS = { topic: "Topic", kind: "Kind", level: "Level", state: "State" };
const LEVELS = ["easy", "medium", "hard"];

export class BackprepFilter extends Live {
  /** @type {Row[]} */
  #rows = [];
  /** @type {Map<string, HTMLSelectElement>} */
  #selects = new Map();

  build() {
    this.count = h("p", { class: "backprep-filter-count", role: "status" });
    this.form = h("form", {
      class: "backprep-filter-form",
      "aria-label": "Filter the questions",
      hidden: true,
    });
    this.form.addEventListener("change", () => this.#chosen());
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.none = h(
      "p",
      { class: "backprep-filter-none", hidden: true },
      "No question fits this choice. ",
      button("Clear the choice", () => {
        this.#showAll();
        this.form?.querySelector("select")?.focus(); // the button is gone
      }),
    );
    this.prepend(this.form, this.count, this.none);
    this.#equip().catch(() => {}); // without the list the whole table stays
  }

  async #equip() {
    const byId = new Map(
      (await questions()).map((question) => [question.id, question]),
    );
    this.#rows = [...this.querySelectorAll("tbody tr")].flatMap((row) => {
      const id = row.querySelector("[question]")?.getAttribute("question") ?? "";
      const question = byId.get(id);
      return question
        ? [{ row: /** @type {HTMLElement} */ (row), question, state: "" }]
        : [];
    });
    const all = this.#rows.map(({ question }) => question);
    this.#add(
      "topic",
      new Map(all.map(({ topic, topicTitle }) => [topic, topicTitle])),
    );
    this.#add("kind", named(all.map(({ kind }) => kind)));
    const levels = new Set(all.map(({ level }) => level));
    this.#add("level", named(LEVELS.filter((level) => levels.has(level))));
    this.#add("state", named(Object.keys(SIGNS)));
    this.form?.append(button("Show all", () => this.#showAll()));
    const wanted = new URLSearchParams(location.search);
    for (const [name, select] of this.#selects) {
      select.value = wanted.get(name) ?? "";
      if (select.selectedIndex < 0) select.value = ""; // the address names what is not there
    }
    if (this.form) this.form.hidden = false;
    await this.draw();
  }

  /** @param {string} name @param {Map<string, string>} choices */
  #add(name, choices) {
    const label = LABELS[/** @type {keyof typeof LABELS} */ (name)];
    const options = [...choices].map(([value, text]) => h("option", { value }, text));
    const select = h("select", { name }, h("option", { value: "" }, "all"), ...options);
    this.#selects.set(name, select);
    this.form?.append(
      h("label", { class: "backprep-filter-label" }, label, " ", select),
    );
  }

  async draw() {
    if (this.#rows.length === 0) return;
    const state = await standing();
    for (const row of this.#rows) row.state = state(row.question.id);
    this.#apply();
  }

  #showAll() {
    for (const select of this.#selects.values()) select.value = "";
    this.#chosen();
  }

  #chosen() {
    const address = new URL(location.href);
    for (const [name, { value }] of this.#selects) {
      if (value) address.searchParams.set(name, value);
      else address.searchParams.delete(name);
    }
    history.replaceState(history.state, "", address);
    this.#apply();
  }

  #apply() {
    const wanted = [...this.#selects].filter(([, { value }]) => value !== "");
    let shown = 0;
    for (const { row, question, state } of this.#rows) {
      const facts = /** @type {Record<string, unknown>} */ ({ ...question, state });
      row.hidden = wanted.some(([name, { value }]) => facts[name] !== value);
      if (!row.hidden) shown += 1;
    }
    if (this.count) say(this.count, `${shown} of ${many(this.#rows.length, "question")}`);
    if (this.none) this.none.hidden = shown > 0;
  }
}

/** @param {string[]} values */
const named = (values) => new Map(values.map((value) => [value, value]));
