/**
 * An editor for a question's file in the page. It saves to the same file as any other
 * editor, and overwrites nothing that it has not shown.
 *
 * @module
 */

import { diff } from "../page/diff.js";
import { button, fromRoot, h, say, status } from "../page/dom.js";
import { ask } from "../judge/client.js";
import { Gone } from "../journal/refused.js";

/** @typedef {import("./judge.js").AnswerFile} AnswerFile */

/**
 * @typedef {object} Surface what one types on
 * @property {() => string} text
 * @property {(text: string) => void} set
 * @property {() => void} focus
 *
 * @typedef {object} Options
 * @property {string} label
 * @property {string} help how to leave by keyboard
 * @property {() => void} onChange
 */

/** Milliseconds without a key after which what was typed is kept in the file. */
const PAUSE = 1000;

export class EditorPane {
  isOpen = false;
  /** The file as it was when it was last seen or saved here. @type {AnswerFile | null} */
  #seen = null;
  /** Another version of it, which came while there was something unsaved here. */
  /** @type {AnswerFile | null} */
  #other = null;
  /** What is being saved. @type {string | null} */
  #saving = null;
  /** Whether to save once more, and whether to judge then. @type {boolean | null} */
  #next = null;
  #failed = false;
  /** @type {Surface | null} */
  #surface = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #pause;
  #question;
  #module;

  /** @param {string} question @param {string} module where CodeMirror is, from the site's root */
  constructor(question, module) {
    this.#question = question;
    this.#module = module;
    this.host = h("div", { class: "backprep-editor-host" });
    this.status = status();
    this.conflict = h("div", { class: "backprep-editor-conflict" });
    this.save = button("Save and run checks", () => this.#save(true));
    this.node = h(
      "section",
      { class: "backprep-editor", "aria-label": "Editor", hidden: true },
      this.host,
      h("div", { class: "backprep-editor-bar" }, this.save, this.status),
      this.conflict,
    );
    this.node.addEventListener("keydown", (event) => this.#key(event));
    addEventListener("beforeunload", (event) => {
      if (this.node.isConnected && this.#dirty) event.preventDefault();
    });
  }

  get #dirty() {
    return this.isOpen && this.#surface?.text() !== this.#seen?.text;
  }

  /** @param {AnswerFile} file */
  async open(file) {
    this.#surface ??= await surface(this.#module, this.host, {
      label: `Your answer to ${this.#question}`,
      help: "Control S saves and runs the checks.",
      onChange: () => this.#changed(),
    });
    this.isOpen = true;
    this.node.hidden = false;
    this.#surface.focus();
    if (this.#seen && this.#dirty) return this.see(file);
    this.#seen = file;
    this.#surface.set(file.text);
    this.#say("The same file as in your own editor. Ctrl-S saves it and runs the checks.");
  }

  /** What is not saved stays, for when it is opened again. */
  close() {
    this.leave();
    this.isOpen = false;
    this.node.hidden = true;
  }

  /** Keeps what was typed when the page is left. */
  leave() {
    clearTimeout(this.#pause);
    if (this.#dirty && !this.#other) this.#save(false);
  }

  /** The file as it is now, whoever wrote it. @param {AnswerFile} file */
  see(file) {
    if (!this.isOpen || !this.#surface || !this.#seen) return;
    const mine = this.#surface.text();
    if (file.digest === this.#seen.digest) {
      if (this.#failed && this.#dirty) this.#save(false);
    } else if (file.exists && (file.text === mine || file.text === this.#saving)) {
      this.#seen = file;
      this.#settle();
    } else if (!file.exists) {
      this.#seen = file;
      this.#say("The file is gone. What you wrote stays here; saving writes it again.");
    } else if (this.#dirty) this.#meet(file);
    else {
      this.#seen = file;
      this.#surface.set(file.text);
      this.#say("Changed outside: this is the file as it is now.");
    }
  }

  #changed() {
    if (!this.#dirty) return;
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.#save(false), PAUSE);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    // the page's own keys, such as those for the search, are letters here
    event.stopPropagation();
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    this.#save(true);
  }

  /** @param {boolean} judge whether the checks run on it, or it is only kept */
  async #save(judge) {
    clearTimeout(this.#pause);
    if (!this.#surface || !this.#seen || this.#other) return;
    if (this.#saving !== null) {
      this.#next = this.#next || judge;
      return;
    }
    const [text, address] = [this.#surface.text(), `answers/${this.#question}`];
    this.#saving = text;
    try {
      const said = { text, digest: this.#seen.digest, judge };
      const { conflict, ...file } = await ask("PUT", address, said);
      this.#failed = false;
      if (conflict) this.#meet(file);
      else {
        this.#seen = file;
        this.#say(judge ? "Saved." : "Kept in the file. Ctrl-S runs the checks.");
      }
    } catch (error) {
      this.#failed = error instanceof Gone;
      const why = /** @type {Error} */ (error).message;
      const then = this.#failed ? " It is saved when the judge is back." : "";
      this.#say(`Not saved. ${why} What you wrote stays here.${then}`);
    }
    this.#saving = null;
    const next = this.#next;
    this.#next = null;
    if (next !== null && !this.#failed) await this.#save(next);
  }

  /** Shows two versions and lets the reader choose. @param {AnswerFile} other */
  #meet(other) {
    if (!this.#surface) return;
    this.#other = other;
    const mine = this.#surface.text();
    const lines = diff(other.text, mine).map(({ sign, text }) =>
      h("span", { class: "backprep-diff-line", "data-sign": sign }, `${sign} ${text}\n`),
    );
    const keep = button("Keep mine", () => this.#choose(true), "backprep-button-main");
    const take = button("Take the file's", () => this.#choose(false));
    this.conflict.replaceChildren(
      h(
        "p",
        { role: "alert" },
        "The file was changed outside while you wrote here. Nothing was overwritten. " +
          "Lines with − are the file's, lines with + are yours:",
      ),
      h("pre", { class: "backprep-diff", tabindex: "0" }, h("code", {}, ...lines)),
      h("div", { class: "backprep-editor-moves" }, keep, take),
    );
    this.#say("Not saved: the file has two versions. Choose below.");
  }

  /** @param {boolean} mine */
  async #choose(mine) {
    const other = this.#other;
    if (!other || !this.#surface) return;
    this.#seen = other;
    this.#settle();
    this.#surface.focus();
    if (mine) await this.#save(true);
    else {
      this.#surface.set(other.text);
      this.#say("This is the file as it is now.");
    }
  }

  #settle() {
    this.#other = null;
    this.conflict.replaceChildren();
  }

  /** @param {string} text */
  #say(text) {
    say(this.status, text);
  }
}

/**
 * CodeMirror where the site has it, else a plain text area.
 *
 * @param {string} module
 * @param {HTMLElement} place
 * @param {Options} options
 * @returns {Promise<Surface>}
 */
async function surface(module, place, options) {
  try {
    if (module) return (await import(fromRoot(module))).open(place, options);
  } catch {
    // it is typed into a text area then
  }
  return plain(place, options);
}

/** @param {HTMLElement} place @param {Options} options @returns {Surface} */
function plain(place, { label, help, onChange }) {
  const area = h("textarea", {
    class: "backprep-editor-plain",
    "aria-label": `${label}. ${help}`,
    spellcheck: "false",
    autocapitalize: "off",
    autocomplete: "off",
    rows: "20",
    oninput: onChange,
  });
  place.replaceChildren(area);
  return {
    text: () => area.value,
    set: (text) => {
      area.value = text;
    },
    focus: () => area.focus(),
  };
}
