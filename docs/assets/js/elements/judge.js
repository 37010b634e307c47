/**
 * A question's answer, written in the page or in any other editor, and judged at every
 * save.
 *
 * @module
 */

import { begin, last, open } from "../practice/coach.js";
import { ask as choose, button, h, say } from "../page/dom.js";
import { ask } from "../judge/client.js";
import { rememberSlip } from "../page/slips.js";
import { lasting } from "../page/storage.js";
import { connection, remote } from "../judge/attach.js";
import { drawn, headline, inShort, spoken } from "../judge/verdict.js";
import { interview, leave, take, tell } from "../page/workplace.js";
import { EditorPane, starter } from "./editor_pane.js";
import { Live } from "./live.js";
import { BackprepReveal } from "./reveal.js";
import { split } from "./split.js";

/** @typedef {import("../judge/verdict.js").Verdict} Verdict */

/**
 * @typedef {object} AnswerFile
 * @property {string} path
 * @property {string} link
 * @property {boolean} exists
 * @property {string} text
 * @property {string} digest
 *
 * @typedef {{ path: string, at: string }} Kept an answer that was put aside
 */

const OWN_EDITOR = "backprep:own-editor";
const KEYS = "Control or Command and Enter";

export class BackprepJudge extends Live {
  /** @type {AnswerFile | null} */
  #file = null;
  #starter = "";
  /** The newest answer that was put aside. @type {Kept | null} */
  #kept = null;
  /** Whether the file was here before it went. */
  #had = false;
  /** Whether the answer of an attempt that is over may be in sight. */
  #shown = false;
  /** @type {Verdict | null} */
  #verdict = null;
  #running = false;
  #trouble = "";
  /** @type {(() => void)[]} */
  #stop = [];

  get minutes() {
    return Number(this.getAttribute("minutes")) || 10;
  }

  build() {
    this.dataset.judge = "";
    this.#shown = last(this.question)?.outcome === null;
    this.#starter = starter(this);
    this.pane = new EditorPane(this.question, this.getAttribute("editor") ?? "", {
      begin: () => this.#begun(),
      save: async (text, digest, judge, leaving) => {
        if (this.#over) throw new Error("This question is over.");
        return ask("PUT", this.#address, { text, digest, judge }, leaving);
      },
      kept: "Saved. Run it to have it judged.",
    });
    this.path = h("code", {});
    this.copy = h("button", { type: "button", class: "bp-copy", "aria-label": "Copy" });
    this.link = h("a", {}, "Open in VS Code");
    this.own = button("", () => this.#switch(), "backprep-button-quiet");
    const file = h("div", { class: "backprep-desk-file" }, this.path, this.copy, this.link);
    this.strip = h("div", { class: "backprep-desk-strip" });
    this.note = h("span", { class: "backprep-desk-note", hidden: true });
    this.strip.append(file, this.note, this.pane.status);
    // where the bar's one action is another's, it has its own
    if (this.hasAttribute("beside"))
      this.strip.append(button("Run", () => this.run(), "backprep-desk-run"));
    this.strip.append(this.own);
    this.state = h("p", { class: "backprep-judge-state" });
    this.voice = h("p", { class: "backprep-judge-voice", role: "status" });
    this.help = h("p", { class: "backprep-judge-help" });
    this.asked = h("div", {});
    this.told = h("div", { class: "backprep-judge-told" });
    this.verdict = h(
      "section",
      { class: "backprep-judge-verdict", "aria-label": "Verdict", tabindex: "0" },
      this.asked,
      this.state,
      this.voice,
      this.help,
      this.told,
    );
    const line = split("editor", "Height of the editor", [20, 85, 55]);
    this.replaceChildren(this.strip, this.pane.node, line, this.verdict);
  }

  connectedCallback() {
    super.connectedCallback();
    this.#stop = [
      connection.onMessage((message) => {
        if (message.question === this.question) this.#hear(message);
      }),
      connection.onState((state) => (state === "here" ? this.#ask() : this.draw())),
    ];
    if (!this.hasAttribute("beside")) take(this);
    this.#ask();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    for (const stop of this.#stop) stop();
    leave(this);
    this.pane?.leave();
  }

  /** Whether a mock interview is done with the question: its file is another then. */
  get #over() {
    return interview() !== null && last(this.question)?.outcome !== null;
  }

  /** Whether a file is the answer here; a mock interview's is one all the time. */
  /** @param {string} path */
  #isMine(path) {
    return !interview() || !this.#file || path === this.#file.path;
  }

  get #address() {
    return `answers/${this.question}`;
  }

  /** Whether the reader writes in an editor of their own. */
  get #ownEditor() {
    return lasting.get(OWN_EDITOR) !== null;
  }

  // as the page's workplace

  /** @returns {import("../page/workplace.js").Action} */
  action() {
    const away = connection.state === "gone" || connection.state === "refused";
    return this.#running
      ? { label: "Cancel", act: () => this.#cancel() }
      : { label: "Run", act: () => this.run(), keys: KEYS, disabled: away };
  }

  /** @returns {import("../page/workplace.js").Action[]} */
  more() {
    if (interview()) return []; // nothing starts over there
    const actions = [];
    if (this.#file?.exists)
      actions.push({ label: "Start over", act: () => this.#startOver() });
    if (this.#kept)
      actions.push({ label: "Bring back the answer before", act: () => this.#restore() });
    return actions;
  }

  standing() {
    if (this.#running) return { line: "Running …", tone: "busy" };
    const verdict = this.#shown || open(this.question) ? this.#verdict : null;
    return verdict ? inShort(verdict) : { line: "", tone: "" };
  }

  answer() {
    const text = this.#file?.exists ? this.#file.text : "";
    return text === this.#starter ? "" : text;
  }

  /** Begins an attempt, from blank where there was one before. */
  async start() {
    await this.pane?.leave();
    try {
      await this.#begun();
    } catch (error) {
      this.#say(error);
    }
    this.pane?.focus();
  }

  /** The file once an attempt is under way. */
  async #begun() {
    const beginning = !open(this.question);
    if (beginning) {
      this.#verdict = null;
      await begin(this.question, this.minutes);
    }
    this.#shown = true;
    await this.#load();
    // an attempt that begins has its file: where it is missing, somebody deleted it
    if (!beginning && this.#file && !this.#file.exists) {
      const heard = this.#heard;
      this.#seeUnlessOld(await ask("POST", `${this.#address}/begin`), heard);
    }
    return /** @type {AnswerFile} */ (this.#file);
  }

  /** Has the answer judged as it is now, wherever it is written. */
  async run() {
    this.#running = true;
    this.#drawAll();
    if (this.#ownEditor || !this.pane)
      await ask("POST", `${this.#address}/run`).catch((error) => this.#say(error));
    else if (!(await this.pane.run())) {
      this.#running = false; // the editor says why
      this.#drawAll();
    }
  }

  async #cancel() {
    await ask("POST", `${this.#address}/cancel`).catch((error) => this.#say(error));
  }

  /** Asks how the file is now. */
  async #ask() {
    try {
      await this.#load();
    } catch (error) {
      this.#say(error);
    }
  }

  async #load() {
    await remote.send(); // which attempt is open decides which file it is
    const [heard, told] = [this.#heard, this.#told];
    const { verdict, running, kept, ...file } = await ask("GET", this.#address);
    if (!this.#isMine(file.path)) return;
    if (told === this.#told) {
      this.#verdict = verdict;
      this.#running = running;
      this.#trouble = "";
    }
    this.#kept = kept;
    this.#seeUnlessOld(file, heard);
  }

  /** @param {import("../judge/connection.js").Message} message */
  #hear(message) {
    if (message.type === "file") {
      if (!this.#isMine(message.path)) return;
      this.#heard += 1;
      this.#see(/** @type {any} */ (message));
      return;
    }
    if (message.type === "verdict" && this.#isEarlier(message.verdict)) return;
    this.#told += 1;
    this.#running = message.type === "running";
    this.#trouble = message.type === "trouble" ? message.message : "";
    if (message.type === "verdict") {
      this.#verdict = message.verdict;
      rememberSlip(this.question, message.verdict.summary);
      this.#shown = true;
      if (this.voice) say(this.voice, spoken(message.verdict));
    }
    if (message.type === "cancelled" && this.voice) say(this.voice, "Cancelled.");
    this.#drawAll();
  }

  /** Whether it was said of an answer from before the interview. */
  /** @param {Verdict & { at: string }} verdict */
  #isEarlier({ at }) {
    const begun = last(this.question)?.started ?? "";
    return interview() !== null && Date.parse(at) < Date.parse(begun);
  }

  /** How many messages have told of the file. */
  #heard = 0;
  /** How many have told of its runs. */
  #told = 0;

  /** What a request gave, which may be older than a message that came in the meantime. */
  /** @param {AnswerFile} file @param {number} heard as many had come when it was made */
  #seeUnlessOld(file, heard) {
    if (heard === this.#heard) this.#see(file);
    else this.#drawAll();
  }

  /** @param {AnswerFile} file */
  #see(file) {
    this.#had ||= file.exists;
    this.#file = file;
    this.pane?.see(this.#presented(file));
    this.#drawAll();
  }

  /** Whether the answer of an attempt that is over is kept out of sight. */
  get #putAway() {
    const attempt = last(this.question);
    return attempt !== undefined && attempt.outcome !== null && !this.#shown;
  }

  /** The file, or the starter in its place. @param {AnswerFile} file */
  #presented(file) {
    const fresh = this.#putAway || (!file.exists && !open(this.question));
    return fresh ? { ...file, text: this.#starter, fresh } : file;
  }

  #show() {
    this.#shown = true;
    if (this.#file) this.#see(this.#file);
  }

  #switch() {
    lasting.set(OWN_EDITOR, this.#ownEditor ? null : "1");
    this.draw();
  }

  async #startOver() {
    if (!this.asked) return;
    const question = "Write the starter anew? What is in the file now is put aside.";
    const choice = await choose(this.asked, question, ["Keep it", "Start over"]);
    if (choice !== "Start over") return;
    await this.#changed(async () => {
      await this.pane?.leave();
      await ask("POST", `${this.#address}/reset`);
    });
  }

  async #restore() {
    await this.#changed(() => ask("POST", `${this.#address}/restore`));
  }

  /** Does something to the file, and shows it as it is then. @param {() => Promise<unknown>} work */
  async #changed(work) {
    try {
      await work();
      this.#shown = true;
      this.#verdict = null;
      await this.#load();
    } catch (error) {
      this.#say(error);
    }
  }

  /** @param {unknown} error */
  #say(error) {
    this.#running = false;
    this.#trouble = /** @type {Error} */ (error).message;
    this.#drawAll();
  }

  /** Here, and in the bar. */
  #drawAll() {
    this.draw();
    tell();
  }

  draw() {
    const { state, help, path, link, strip, own, copy } = this;
    if (!state || !help || !path || !link || !strip || !own || !copy) return;
    const file = this.#file;
    const verdict = this.#putAway ? null : this.#verdict;
    const exists = file?.exists ?? false;
    const away = connection.state === "gone" || connection.state === "refused";
    this.dataset.verdict = verdict && exists ? verdict.verdict : "";
    this.dataset.away = String(away);
    this.dataset.running = String(this.#running);
    this.dataset.own = String(this.#ownEditor);
    if (this.pane) this.pane.node.inert = this.#over;
    say(state, this.#stateNow(away, verdict));
    say(help, this.#helpNow(away, verdict));
    help.hidden = help.textContent === "";
    say(own, this.#ownEditor ? "Write here" : "Use my own editor");
    strip.dataset.known = String(file !== null);
    if (file) {
      say(path, file.path.split("/").slice(-3).join("/"));
      path.title = copy.dataset.text = file.path;
      link.href = file.link;
      link.hidden = !exists;
    }
    this.#drawNote();
    this.#drawVerdict(exists ? verdict : null);
  }

  /** What typing would do, and what lies aside. */
  #drawNote() {
    const { note } = this;
    if (!note || !this.#file) return;
    const [line, label] = this.#putAway && this.#file.exists
      ? ["Typing starts again from blank. Your last answer is put away.", "Show it"]
      : [open(this.question) || this.#file.exists ? "" : "Typing starts the clock.", ""];
    note.hidden = line === "";
    if (note.dataset.line === line) return;
    note.dataset.line = line;
    note.replaceChildren(line, ...(label ? [" ", button(label, () => this.#show())] : []));
  }

  /** @type {Verdict | null} */
  #drawn = null;

  /** @param {Verdict | null} verdict */
  #drawVerdict(verdict) {
    if (verdict === this.#drawn) return;
    this.#drawn = verdict;
    const goTo = this.#ownEditor ? null : (/** @type {number} */ line) => this.pane?.focus(line);
    this.told?.replaceChildren(
      ...(verdict?.verdict === "passed" && !interview() ? [toReference()] : []),
      ...(verdict ? drawn(verdict, this.#file?.link ?? "", goTo) : []),
    );
    if (this.verdict) this.verdict.scrollTop = 0;
  }

  /** @param {boolean} away @param {Verdict | null} verdict */
  #stateNow(away, verdict) {
    if (away) return "○ The judge does not answer";
    if (this.#trouble) return "! The judge cannot work";
    if (this.#running) return "… Running the checks";
    if (!this.#file) return "… Looking at your file";
    if (!this.#file.exists) return this.#had ? "! The file is gone" : "○ Not begun";
    return verdict ? headline(verdict) : "○ Not judged yet";
  }

  /** @param {boolean} away @param {Verdict | null} verdict */
  #helpNow(away, verdict) {
    if (away)
      return "Run make study or backprep serve again; this page goes on by itself.";
    if (this.#trouble) return this.#trouble;
    if (!this.#file || this.#running) return "";
    if (!this.#file.exists && this.#had)
      return "It was deleted or moved: put it back, or save what is here.";
    if (verdict && verdict.verdict !== "not attempted") return "";
    return this.#ownEditor
      ? "Save the file in your editor, and the verdict appears here."
      : "Run it with Ctrl-Enter. Saving in any editor runs it, too.";
  }
}

/** The way from a pass to the answer, which costs nothing then. */
function toReference() {
  const compare = button("Compare with the reference", () => {
    const reveal = document.querySelector("backprep-reveal");
    if (reveal instanceof BackprepReveal) reveal.open();
  });
  return h("div", { class: "backprep-verdict-moves" }, compare);
}
