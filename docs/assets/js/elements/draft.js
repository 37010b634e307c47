/**
 * Where a question's answer is written when no judge is in the page: it stays in this
 * browser, and the reader says how it went.
 *
 * @module
 */

import { begin, finish, keptAs, last, open } from "../practice/coach.js";
import { ask, button, download, h, say } from "../page/dom.js";
import { draft, keepDraft } from "../page/drafts.js";
import { leave, take } from "../page/workplace.js";
import { EditorPane, starter } from "./editor_pane.js";
import { Live } from "./live.js";
import { split } from "./split.js";

/** @typedef {import("./editor_pane.js").Shown} Shown */

export class BackprepDraft extends Live {
  /** Whether the answer of an attempt that is over may be in sight. */
  #shown = false;
  #starter = "";
  #attempt = "";

  get minutes() {
    return Number(this.getAttribute("minutes")) || 10;
  }

  build() {
    const plain = h("div", { class: "backprep-draft-how" }, ...this.childNodes);
    this.#starter = starter(plain);
    plain.querySelector(".bp-starter")?.remove();
    const attempt = last(this.question);
    this.#shown = attempt?.outcome === null;
    this.#attempt = attempt?.id ?? "";
    this.pane = new EditorPane(this.question, this.getAttribute("editor") ?? "", {
      begin: () => this.#begun(),
      save: async (text) => {
        keepDraft(keptAs(this.question), text);
        return { ...this.#file(), conflict: false };
      },
      kept: "Kept in this browser.",
    });
    const [topic = "", slug = ""] = this.question.split("/");
    this.copy = h("button", { type: "button", class: "bp-copy", "aria-label": "Copy" });
    const name = h("code", {}, `answers/${topic}/${slug}.py`);
    const save = button(
      "Download",
      () => download(`${slug}.py`, this.pane?.text ?? "", "text/x-python"),
      "backprep-button-quiet",
    );
    this.copy.addEventListener("pointerdown", () => this.#copied());
    this.copy.addEventListener("keydown", () => this.#copied());
    this.asked = h("div", {});
    this.note = h("span", { class: "backprep-desk-note", hidden: true });
    this.replaceChildren(
      h(
        "div",
        { class: "backprep-desk-strip" },
        h("div", { class: "backprep-desk-file" }, name, this.copy),
        this.note,
        this.pane.status,
        save,
      ),
      this.pane.node,
      split("editor", "Height of the editor", [20, 85, 70]),
      h(
        "section",
        { class: "backprep-judge-verdict", "aria-label": "Verdict", tabindex: "0" },
        this.asked,
        plain,
      ),
    );
    this.pane.see(this.#file());
  }

  connectedCallback() {
    super.connectedCallback();
    take(this);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    leave(this);
    this.pane?.leave();
  }

  /** What is copied is what the editor holds. */
  #copied() {
    if (this.copy) this.copy.dataset.text = this.pane?.text ?? "";
  }

  /** @returns {Shown} */
  #file() {
    const kept = draft(keptAs(this.question));
    const putAway = last(this.question)?.outcome && !this.#shown;
    if (kept === null || putAway || !last(this.question))
      return { exists: false, digest: "", text: this.#starter, fresh: true };
    return { exists: true, digest: kept, text: kept };
  }

  /** @returns {Promise<Shown>} */
  async #begun() {
    if (!open(this.question)) {
      try {
        keepDraft(this.question, this.#starter);
      } catch {
        // the clock runs all the same; what is written is said not to be kept
      }
      await begin(this.question, this.minutes);
    } else if (draft(keptAs(this.question)) === null) keepDraft(keptAs(this.question), this.#starter);
    this.#shown = true;
    return this.#file();
  }

  async start() {
    await this.pane?.leave();
    this.pane?.see(await this.#begun());
    this.pane?.focus();
  }

  /** @returns {import("../page/workplace.js").Action} */
  action() {
    return { label: "Done", act: () => this.#askDone() };
  }

  /** @returns {import("../page/workplace.js").Action[]} */
  more() {
    return [];
  }

  standing() {
    return { line: "", tone: "" };
  }

  answer() {
    const text = (this.#shown && this.pane?.text) || (draft(keptAs(this.question)) ?? "");
    return text === this.#starter ? "" : text;
  }

  async #askDone() {
    if (!this.asked) return;
    const choice = await ask(this.asked, "Do all the checks pass?", [
      "They pass",
      "Not yet",
    ]);
    const attempt = open(this.question);
    if (choice === "They pass" && attempt) await finish(attempt, "passed");
  }

  draw() {
    const { note } = this;
    if (!note) return;
    const attempt = last(this.question);
    if (attempt && attempt.id !== this.#attempt) {
      // one that was begun in another tab
      this.#attempt = attempt.id;
      this.#shown = true;
      this.pane?.see(this.#file());
    }
    const away = attempt?.outcome && !this.#shown && draft(keptAs(this.question)) !== null;
    const line = away
      ? "Typing starts again from blank. Your last answer is put away."
      : open(this.question) || this.#shown
        ? ""
        : "Typing starts the clock.";
    note.hidden = line === "";
    if (note.dataset.line === line) return;
    note.dataset.line = line;
    say(note, line);
    if (away) note.append(" ", button("Show it", () => this.#show()));
  }

  #show() {
    this.#shown = true;
    this.pane?.see(this.#file());
    this.draw();
  }
}
