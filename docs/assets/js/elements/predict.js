/** What each line prints: typed here, held against what really happened. @module */

import { begin, finish, last, note, open } from "../practice/coach.js";
import { button, fromRoot, h, say, status } from "../page/dom.js";
import { literal, same } from "../page/literal.js";
import { forget, recall, remember } from "../page/typed.js";
import { leave, take, tell } from "../page/workplace.js";
import { Live } from "./live.js";

/** @typedef {import("../page/literal.js").Value} Value */
/** @typedef {{ name: string, input: HTMLInputElement, mark: HTMLElement }} Row */

export class BackprepPredict extends Live {
  /** @type {Row[]} */
  #rows = [];
  /** The attempt that is typed for. */
  #attempt = "";
  #beginning = false;

  get minutes() {
    return Number(this.getAttribute("minutes")) || 10;
  }

  connectedCallback() {
    super.connectedCallback();
    take(this);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    leave(this);
  }

  /** @returns {import("../page/workplace.js").Action} */
  action() {
    return { label: "Check", act: () => this.#check(), keys: "Enter" };
  }

  /** @returns {import("../page/workplace.js").Action[]} */
  more() {
    return [];
  }

  standing() {
    const [passed, total] = last(this.question)?.checks ?? [0, 0];
    if (!total) return { line: "", tone: "" };
    return passed === total
      ? { line: "✓ Passed", tone: "good" }
      : { line: `✗ ${passed} of ${total} right`, tone: "bad" };
  }

  answer() {
    return "";
  }

  async start() {
    await begin(this.question, this.minutes);
    this.#rows[0]?.input.focus();
  }

  build() {
    /** @type {string[]} */
    const names = JSON.parse(this.getAttribute("names") ?? "[]");
    const plain = h("div", { hidden: true }, ...this.childNodes);
    this.#rows = names.map((name, index) => this.#row(name, index));
    const list = this.#rows.map(({ name, input, mark }) =>
      h(
        "div",
        { class: "backprep-predict-row" },
        h("label", { for: input.id }, h("code", {}, name)),
        input,
        mark,
      ),
    );
    const check = h("button", { type: "submit", class: "backprep-button" }, "Check");
    this.status = status();
    const help = h(
      "p",
      { class: "backprep-predict-help" },
      "Type Python values: ",
      ...examples(),
    );
    const form = h(
      "form",
      { class: "backprep-predict-form", novalidate: true },
      help,
      ...list,
      check,
      this.status,
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#check();
    });
    this.append(plain, form);
  }

  draw() {
    const attempt = open(this.question);
    if (!attempt || attempt.id === this.#attempt) return;
    // the next attempt begins from blank, and one that goes on from what was typed
    const typed = recall(this.question);
    const values = typed?.digest === attempt.id ? JSON.parse(typed.text) : {};
    if (this.#attempt || typed?.digest === attempt.id)
      for (const { name, input, mark } of this.#rows) unset(input, mark, values[name] ?? "");
    if (this.#attempt && this.status) say(this.status, "");
    this.#attempt = attempt.id;
    this.#remember();
  }

  /** Keeps what is typed, for when the page comes again. */
  #remember() {
    const attempt = open(this.question);
    if (!attempt) return;
    const values = this.#rows.map(({ name, input }) => [name, input.value]);
    remember(this.question, attempt.id, JSON.stringify(Object.fromEntries(values)));
  }

  /** @param {string} name @param {number} index @returns {Row} */
  #row(name, index) {
    const id = `backprep-predict-${index}`;
    const mark = h("span", { class: "backprep-predict-mark", id: `${id}-mark` });
    const input = h("input", {
      id,
      class: "backprep-predict-input",
      "aria-describedby": mark.id,
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: "false",
      oninput: () => {
        unset(input, mark, input.value);
        this.#remember();
        this.#begin();
      },
    });
    return { name, input, mark };
  }

  /** The clock starts with the first letter, when there was no attempt yet. */
  async #begin() {
    if (open(this.question) || this.#attempt || this.#beginning) return;
    this.#beginning = true;
    await begin(this.question, this.minutes);
    if (this.status) say(this.status, "The clock runs.");
    this.#beginning = false;
  }

  async #check() {
    const { status } = this;
    if (!status) return;
    if (!this.#allReadable()) return;
    /** @type {Record<string, Value>} */
    let truth;
    try {
      const response = await fetch(fromRoot(`assets/truth/${this.question}.json`));
      if (!response.ok) throw new Error(String(response.status));
      truth = await response.json();
    } catch {
      say(
        status,
        "What really happened could not be fetched. Try again; nothing was counted.",
      );
      return;
    }
    const failed = this.#rows.filter(({ name, input, mark }) => {
      const right = same(literal(input.value), truth[name] ?? null);
      set(mark, right ? "right" : "wrong", right ? "✓ right" : "✗ wrong");
      input.setAttribute("aria-invalid", String(!right));
      return !right;
    });
    const [total, passed] = [this.#rows.length, this.#rows.length - failed.length];
    say(status, failed.length ? `${passed} of ${total} right.` : `All ${total} right.`);
    await this.#write(
      passed,
      total,
      failed.map(({ name }) => name),
    );
    failed[0]?.input.focus();
  }

  /** Whether all that was typed are values; says of what is not, what is wrong. */
  #allReadable() {
    const wrong = this.#rows.filter(({ input, mark }) => {
      try {
        literal(input.value);
        return false;
      } catch (error) {
        set(mark, "unreadable", `? ${/** @type {Error} */ (error).message}`);
        input.setAttribute("aria-invalid", "true");
        return true;
      }
    });
    wrong[0]?.input.focus();
    if (wrong.length && this.status)
      say(
        this.status,
        `${wrong.length} of ${this.#rows.length} cannot be read as values yet.`,
      );
    return wrong.length === 0;
  }

  /** @param {number} passed @param {number} total @param {string[]} failed */
  async #write(passed, total, failed) {
    const attempt = open(this.question);
    if (!attempt) return; // passed before: a check more is practice
    const verdict = failed.length ? "failed" : "passed";
    await note("ran", attempt, { verdict, passed, total, failed, seconds: 0 });
    if (verdict !== "passed") return tell();
    await finish(attempt, "passed");
    forget(this.question);
    tell();
  }
}

/** @param {HTMLInputElement} input @param {HTMLElement} mark @param {string} value */
function unset(input, mark, value) {
  if (input.value !== value) input.value = value;
  mark.textContent = "";
  delete mark.dataset.mark;
  input.removeAttribute("aria-invalid");
}

/** @param {HTMLElement} mark @param {string} kind @param {string} text */
function set(mark, kind, text) {
  mark.dataset.mark = kind;
  mark.textContent = text;
}

function examples() {
  const shown = ["True", "3", "0.5", '"float32"', "None", "[4.0, 6.0]"];
  return shown.flatMap((text, index) => [index ? ", " : "", h("code", {}, text)]);
}
