/**
 * An editor for a question's answer in the page. It keeps what is typed where its store
 * keeps it, and overwrites nothing that it has not shown.
 *
 * @module
 */

import { diffLine } from "../page/compare.js";
import { diff } from "../page/diff.js";
import { button, fromRoot, h, say, status } from "../page/dom.js";
import { Gone } from "../journal/refused.js";
import { keptAs } from "../practice/coach.js";
import { forget, recall, remember } from "../page/typed.js";

/**
 * @typedef {object} Shown an answer as the editor knows it
 * @property {boolean} exists
 * @property {string} text
 * @property {string} digest
 * @property {boolean} [fresh] whether it is the starter, and typing begins an attempt
 *
 * @typedef {object} Store where answers are kept
 * @property {() => Promise<Shown>} begin begins an attempt; the answer as it is then
 * @property {(text: string, digest: string, judge: boolean, leaving: boolean) =>
 *   Promise<Shown & { conflict: boolean }>} save
 * @property {string} kept what to say when what was typed is kept
 *
 * @typedef {object} Surface what one types on
 * @property {() => string} text
 * @property {(text: string, anew?: boolean) => void} set
 * @property {(line?: number) => void} focus
 *
 * @typedef {object} Options
 * @property {string} label
 * @property {string} help how to leave by keyboard
 * @property {() => void} onChange
 */

/** Milliseconds without a key after which what was typed is kept. */
const PAUSE = 1000;

export class EditorPane {
  /** The answer as it was when it was last seen or saved here. @type {Shown | null} */
  #seen = null;
  /** Another version of it, which came while there was something unsaved here. */
  /** @type {Shown | null} */
  #other = null;
  /** What is being saved. @type {string | null} */
  #saving = null;
  /** Whether to save once more, and whether to judge then. @type {boolean | null} */
  #next = null;
  /** @type {Promise<void> | null} */
  #beginning = null;
  #failed = false;
  /** @type {Surface | null} */
  #surface = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #pause;
  #question;
  #module;
  #store;

  /**
   * @param {string} question
   * @param {string} module where CodeMirror is, from the site's root
   * @param {Store} store
   */
  constructor(question, module, store) {
    this.#question = question;
    this.#module = module;
    this.#store = store;
    this.host = h("div", { class: "backprep-editor-host" });
    this.status = status();
    this.conflict = h("div", { class: "backprep-editor-conflict" });
    this.node = h(
      "section",
      { class: "backprep-editor", "aria-label": "Editor" },
      this.conflict,
      this.host,
    );
    this.node.addEventListener("keydown", (event) => this.#key(event));
    addEventListener("pagehide", () => this.leave());
  }

  get #dirty() {
    return this.#surface !== null && this.#surface.text() !== this.#seen?.text;
  }

  /** What is in the editor now. */
  get text() {
    return this.#surface?.text() ?? "";
  }

  /** Puts the keyboard into the editor. @param {number} [line] */
  focus(line) {
    this.#surface?.focus(line);
  }

  /** Saves what is there, and has it judged. */
  /** @returns {Promise<boolean>} whether it was saved, or is about to be */
  run() {
    return this.#save(true);
  }

  /** Keeps what was typed when the page is left. */
  leave() {
    clearTimeout(this.#pause);
    if (this.node.isConnected && this.#dirty && !this.#other)
      return this.#save(false, true);
  }

  /** The answer as it is now, whoever wrote it. @param {Shown} file */
  async see(file) {
    if (!this.#surface) return this.#open(file);
    if (!this.#seen) return;
    const mine = this.#surface.text();
    if (file.fresh || this.#seen.fresh) this.#takeUp(file);
    else if (file.digest === this.#seen.digest) {
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

  /** @type {Promise<void> | null} */
  #opening = null;

  /** @param {Shown} file */
  #open(file) {
    this.#seen = file;
    this.#opening ??= surface(this.#module, this.host, {
      label: `Your answer to ${this.#question}`,
      help: "Control S saves it and runs the checks.",
      onChange: () => this.#changed(),
    }).then((surface) => {
      this.#surface = surface;
      surface.set(this.#seen?.text ?? "", true);
      this.#recall();
    });
    return this.#opening;
  }

  /** What was typed and not saved when the page was left is here again. */
  #recall() {
    const typed = recall(keptAs(this.#question));
    const seen = this.#seen;
    if (typed === null || !seen || typed.text === seen.text) return;
    if (seen.fresh) return forget(keptAs(this.#question));
    this.#surface?.set(typed.text);
    if (typed.digest === seen.digest) this.#save(false);
    else this.#meet(seen);
  }

  /** Another text to begin from, or the first file of an attempt. @param {Shown} file */
  #takeUp(file) {
    const same = file.text === this.#seen?.text;
    const typed = this.#dirty;
    this.#seen = file;
    if (same) return;
    if (typed && !file.fresh) return this.#meet(file);
    this.#settle();
    this.#surface?.set(file.text, true);
    this.#say("");
  }

  #changed() {
    if (!this.#dirty || !this.#seen) return;
    remember(keptAs(this.#question), this.#seen.digest, this.text);
    if (this.#seen.fresh) this.#begin();
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.#save(false), PAUSE);
  }

  /** Begins the attempt that the first letter begins. */
  #begin() {
    this.#beginning ??= this.#store
      .begin()
      .then((file) => this.#takeUp(file))
      .catch((error) => this.#say(`Not saved. ${error.message}`))
      .finally(() => (this.#beginning = null));
    return this.#beginning;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const held = event.ctrlKey || event.metaKey;
    const runs = held && (event.key.toLowerCase() === "s" || event.key === "Enter");
    // the page's own keys, such as those for the search, are letters here
    event.stopPropagation();
    if (!runs) return;
    event.preventDefault();
    this.#save(true);
  }

  /**
   * @param {boolean} judge whether the checks run on it, or it is only kept
   * @param {boolean} leaving whether the page is being left
   * @returns {Promise<boolean>} whether it was saved, or is about to be
   */
  async #save(judge, leaving = false) {
    clearTimeout(this.#pause);
    if (!this.#surface || !this.#seen || this.#other) return false;
    if (this.#seen.fresh) await this.#begin();
    if (this.#seen.fresh || this.#other) return false;
    if (this.#saving !== null) {
      this.#next = this.#next || judge;
      return true;
    }
    let saved = false;
    const text = this.#surface.text();
    this.#saving = text;
    try {
      const answer = await this.#store.save(text, this.#seen.digest, judge, leaving);
      const { conflict, ...file } = answer;
      this.#failed = false;
      if (conflict) this.#meet(file);
      else {
        saved = true;
        this.#seen = file;
        forget(keptAs(this.#question));
        this.#say(judge ? "Saved." : this.#store.kept);
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
    return next !== null && !this.#failed ? this.#save(next) : saved;
  }

  /** Shows two versions and lets the reader choose. @param {Shown} other */
  #meet(other) {
    if (!this.#surface) return;
    this.#other = other;
    const mine = this.#surface.text();
    const lines = diff(other.text, mine).map(diffLine);
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
    this.#say("Not saved: the file has two versions. Choose one.");
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
      forget(keptAs(this.#question));
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

/** The text to begin with, as the page shows it without scripts. */
/** @param {HTMLElement} place @returns {string} */
export function starter(place) {
  const code = place.querySelector(".bp-starter code");
  return `${code?.textContent?.trimEnd() ?? ""}\n`;
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
    focus: (line) => {
      area.focus();
      if (line === undefined) return;
      const start = area.value.split("\n").slice(0, line - 1).join("\n").length;
      area.setSelectionRange(start + Number(line > 1), start + Number(line > 1));
    },
  };
}
