/** A question's file, judged at every save, whichever editor saves it. @module */

import { begin, open } from "../practice/coach.js";
import { ask as choose, button, focusOn, h, say } from "../page/dom.js";
import { ask } from "../judge/client.js";
import { connection } from "../judge/attach.js";
import { minutesOf } from "../page/questions.js";
import { drawn, headline, spoken } from "../judge/verdict.js";
import { Live } from "./live.js";
import { EditorPane } from "./editor_pane.js";

/** @typedef {import("../judge/verdict.js").Verdict} Verdict */

/**
 * @typedef {object} AnswerFile
 * @property {string} path
 * @property {string} link
 * @property {boolean} exists
 * @property {string} text
 * @property {string} digest
 */

export class BackprepJudge extends Live {
  /** @type {AnswerFile | null} */
  #file = null;
  /** Whether the file was here before it went. */
  #had = false;
  /** @type {Verdict | null} */
  #verdict = null;
  #running = false;
  #trouble = "";
  /** Where the answer lies that was put aside last. */
  #kept = "";
  /** @type {(() => void)[]} */
  #stop = [];

  build() {
    this.dataset.judge = "";
    this.state = h("p", { class: "backprep-judge-state" });
    this.voice = h("p", { class: "backprep-judge-voice", role: "status" });
    this.help = h("p", { class: "backprep-judge-help" });
    this.start = button("Start", () => this.#start(), "backprep-button-main");
    this.check = button("Run checks", () => this.#check());
    this.write = button("Write here", () => this.#toggle());
    this.write.setAttribute("aria-expanded", "false");
    this.link = h("a", { class: "backprep-judge-link" }, "Open in VS Code");
    const copy = h("button", { type: "button", class: "bp-copy", "aria-label": "Copy" });
    this.path = h("code", {});
    const file = h("div", { class: "backprep-judge-file" }, copy, this.path);
    this.how = h("p", {}, this.link, ", or in any other editor:");
    this.place = h("div", { class: "backprep-judge-path" }, this.how, file);
    this.worth = button("What it was worth", () => this.#showWorth());
    this.over = button("Start over", () => this.#startOver(), "backprep-button-quiet");
    this.asked = h("div", {});
    this.told = h("div", { class: "backprep-judge-verdict" });
    const moves = h("div", { class: "backprep-judge-moves" });
    moves.append(this.start, this.check, this.write, this.worth, this.over);
    const title = h("h2", { class: "backprep-judge-name" }, "The judge");
    const parts = [title, this.state, this.voice, this.help, this.place, moves];
    parts.push(this.asked);
    this.pane = new EditorPane(this.question, this.getAttribute("editor") ?? "");
    this.replaceChildren(...parts, this.pane.node, this.told);
  }

  connectedCallback() {
    super.connectedCallback();
    this.#stop = [
      connection.onMessage((message) => {
        if (message.question === this.question) this.#hear(message);
      }),
      connection.onState((state) => (state === "here" ? this.#ask() : this.draw())),
    ];
    this.#ask();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    for (const stop of this.#stop) stop();
    this.pane?.leave();
  }

  get #address() {
    return `answers/${this.question}`;
  }

  /** Asks how the file is now. */
  async #ask() {
    try {
      const { verdict, running, ...file } = await ask("GET", this.#address);
      this.#verdict = verdict;
      this.#running = running;
      this.#trouble = "";
      this.#see(file);
    } catch (error) {
      this.#say(error);
    }
  }

  /** @param {import("../judge/connection.js").Message} message */
  #hear(message) {
    if (message.type === "file") return this.#see(/** @type {any} */ (message));
    this.#running = message.type === "running";
    this.#trouble = message.type === "trouble" ? message.message : "";
    if (message.type === "verdict") {
      this.#verdict = message.verdict;
      if (message.verdict.verdict !== "not attempted") this.#kept = "";
      if (this.voice) say(this.voice, spoken(message.verdict));
    }
    this.draw();
  }

  /** @param {AnswerFile} file */
  #see(file) {
    this.#had ||= file.exists;
    this.#file = file;
    this.pane?.see(file);
    this.draw();
  }

  /** The clock of the page and the judge's attempt are one. */
  async #start() {
    try {
      if (this.#file && open(this.question)) await ask("POST", `${this.#address}/begin`);
      else await begin(this.question, await minutesOf(this.question));
    } catch (error) {
      this.#say(error);
    }
  }

  async #check() {
    this.#running = true;
    this.draw();
    await ask("POST", `${this.#address}/run`).catch((error) => this.#say(error));
  }

  async #toggle() {
    const { pane, write } = this;
    if (!pane || !write) return;
    if (pane.isOpen) pane.close();
    else if (this.#file) await pane.open(this.#file);
    write.setAttribute("aria-expanded", String(pane.isOpen));
    this.draw();
  }

  async #startOver() {
    if (!this.asked) return;
    const question = "Write the starter anew? What is in the file now is put aside.";
    const choice = await choose(this.asked, question, ["Keep it", "Start over"]);
    if (choice !== "Start over") return;
    try {
      const { kept } = await ask("POST", `${this.#address}/reset`);
      if (kept && this.voice) say(this.voice, `Your answer was put aside in ${kept}`);
      this.#kept = kept ?? "";
      this.draw();
    } catch (error) {
      this.#say(error);
    }
  }

  #showWorth() {
    const grade = document.querySelector("backprep-timer .backprep-grade-text");
    if (grade instanceof HTMLElement) focusOn(grade);
  }

  /** @param {unknown} error */
  #say(error) {
    this.#running = false;
    this.#trouble = /** @type {Error} */ (error).message;
    this.draw();
  }

  draw() {
    const { state, help, start, check, write, worth, place, path, link, told } = this;
    if (!state || !help || !start || !check || !write || !worth) return;
    if (!place || !path || !link || !told) return;
    const [file, verdict] = [this.#file, this.#verdict];
    const exists = file?.exists ?? false;
    const away = connection.state === "gone" || connection.state === "refused";
    const attempt = open(this.question);
    this.dataset.verdict = verdict && exists ? verdict.verdict : "";
    this.dataset.away = String(away);
    this.dataset.running = String(this.#running);
    say(state, this.#stateNow(away));
    say(help, this.#helpNow(away, attempt !== undefined));
    help.hidden = help.textContent === "";
    start.hidden = exists; // the clock's own button does it then
    say(start, attempt ? "Write the starter" : "Start");
    check.hidden = !exists;
    check.disabled = this.#running || away;
    start.disabled = away;
    write.hidden = !exists && !this.pane?.isOpen;
    say(write, this.pane?.isOpen ? "Close the editor" : "Write here");
    if (this.over) this.over.hidden = !exists;
    worth.hidden = verdict?.verdict !== "passed" || attempt !== undefined || !exists;
    place.hidden = !file;
    if (file) {
      say(path, file.path);
      link.href = file.link;
      if (this.how) this.how.hidden = !exists;
    }
    this.#drawVerdict(exists ? verdict : null);
  }

  /** @type {Verdict | null} */
  #drawn = null;

  /** @param {Verdict | null} verdict */
  #drawVerdict(verdict) {
    if (verdict === this.#drawn) return;
    this.#drawn = verdict;
    this.told?.replaceChildren(
      ...(verdict ? drawn(verdict, this.#file?.link ?? "") : []),
    );
  }

  /** @param {boolean} away */
  #stateNow(away) {
    if (away) return "○ The judge does not answer";
    if (this.#trouble) return "! The judge cannot work";
    if (this.#running) return "… Running the checks";
    if (!this.#file) return "… Looking at your file";
    if (!this.#file.exists) return this.#had ? "! The file is gone" : "○ Not begun";
    return this.#verdict ? headline(this.#verdict) : "○ Ready: waits for a save";
  }

  /** @param {boolean} away @param {boolean} underWay */
  #helpNow(away, underWay) {
    if (away)
      return "Run make study or backprep serve again; this page goes on by itself.";
    if (this.#trouble) return this.#trouble;
    if (!this.#file) return "";
    if (!this.#file.exists)
      return this.#had
        ? "It was deleted or moved: put it back, or begin with the starter again."
        : "Start writes this file and starts the clock:";
    if (this.#kept) return `Your answer so far is kept in ${this.#kept}`;
    const { verdict } = this.#verdict ?? {};
    if (!underWay && verdict !== "passed")
      return "The clock does not run: start it above to make this an attempt.";
    return !this.#verdict || verdict === "not attempted"
      ? "Save this file in any editor, and the verdict appears here."
      : "";
  }
}
