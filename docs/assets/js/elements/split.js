/**
 * The line between two panes, moved by mouse, touch or arrow keys, and remembered. It
 * says in a variable of its parent's style which share of it the pane before it has.
 *
 * @module
 */

import { lasting } from "../page/storage.js";

const STEP = 2;

export class BackprepSplit extends HTMLElement {
  #share = 50;

  connectedCallback() {
    this.#share = this.#remembered() ?? this.#number("usual");
    this.tabIndex = 0;
    this.setAttribute("role", "separator");
    this.setAttribute("aria-orientation", this.#upright ? "vertical" : "horizontal");
    this.setAttribute("aria-valuemin", String(this.#number("least")));
    this.setAttribute("aria-valuemax", String(this.#number("most")));
    this.onpointerdown = (/** @type {PointerEvent} */ event) => this.#grab(event);
    this.onkeydown = (/** @type {KeyboardEvent} */ event) => this.#key(event);
    this.ondblclick = () => this.#move(this.#number("usual"));
    this.#show();
  }

  /** Whether the panes stand side by side. */
  get #upright() {
    return this.getAttribute("name") === "prompt";
  }

  /** @param {string} name of the attribute, a share in per cent */
  #number(name) {
    return Number(this.getAttribute(name));
  }

  get #place() {
    return `backprep:split-${this.getAttribute("name")}`;
  }

  #remembered() {
    const share = Number(lasting.get(this.#place) || NaN);
    return Number.isFinite(share) ? this.#within(share) : null;
  }

  /** @param {number} share */
  #within(share) {
    return Math.min(this.#number("most"), Math.max(this.#number("least"), share));
  }

  /** @param {number} share */
  #move(share) {
    this.#share = this.#within(share);
    lasting.set(this.#place, this.#share.toFixed(1));
    this.#show();
  }

  #show() {
    this.setAttribute("aria-valuenow", String(Math.round(this.#share)));
    const name = `--bp-${this.getAttribute("name")}-share`;
    this.parentElement?.style.setProperty(name, `${this.#share}%`);
  }

  /** @param {PointerEvent} event */
  #grab(event) {
    const box = this.parentElement?.getBoundingClientRect();
    if (!box || event.button !== 0) return;
    event.preventDefault();
    this.focus();
    this.setPointerCapture(event.pointerId);
    this.onpointermove = (/** @type {PointerEvent} */ { clientX, clientY }) =>
      this.#move(
        this.#upright
          ? ((clientX - box.left) / box.width) * 100
          : ((clientY - box.top) / box.height) * 100,
      );
    this.onpointerup = this.onpointercancel = () => (this.onpointermove = null);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const [less, more] = this.#upright
      ? ["ArrowLeft", "ArrowRight"]
      : ["ArrowUp", "ArrowDown"];
    /** @type {Record<string, number>} */
    const shares = {
      [less]: this.#share - STEP,
      [more]: this.#share + STEP,
      Home: this.#number("least"),
      End: this.#number("most"),
      Enter: this.#number("usual"),
    };
    const share = shares[event.key];
    if (share === undefined || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.#move(share);
  }
}

/** A line between panes above each other. */
/** @param {string} name @param {string} label @param {number[]} shares least, most, usual */
export function split(name, label, [least, most, usual]) {
  const line = document.createElement("backprep-split");
  const said = { name, least, most, usual, "aria-label": label };
  for (const [key, value] of Object.entries(said)) line.setAttribute(key, String(value));
  return line;
}
