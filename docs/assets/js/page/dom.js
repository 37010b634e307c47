/**
 * Nodes of the page, made and found.
 *
 * @module
 */

/**
 * A node with attributes, listeners (`onclick`, …) and children.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, any>} attributes
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && value !== undefined)
      node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children);
  return node;
}

/** @param {string} label @param {() => void} onclick @param {string} look */
export function button(label, onclick, look = "") {
  return h(
    "button",
    { type: "button", class: `backprep-button ${look}`.trim(), onclick },
    label,
  );
}

/** A line that is read aloud when it changes. */
export const status = () => h("p", { class: "backprep-status", role: "status" });

/** @param {HTMLElement} node @param {string} text */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Where the site begins, as the first page that was opened says. */
function root() {
  const meta = document.querySelector('meta[name="backprep-root"]');
  const path = meta?.getAttribute("content") || ".";
  return new URL(path.endsWith("/") ? path : `${path}/`, document.baseURI);
}
const ROOT = root();
/** Where the scripts lie, and with them their data: the build may give it a new name. */
const ASSETS = new URL("../../", import.meta.url);

/** @param {string} path from the site's root */
export function fromRoot(path) {
  const [whole, asset] = path.match(/^assets\/(.*)/) ?? [path, null];
  return asset === null ? new URL(whole, ROOT).href : new URL(asset, ASSETS).href;
}

/** Lets the keyboard scroll the code that is wider than its place. */
/** @param {HTMLElement} region */
export function reachable(region) {
  for (const code of region.querySelectorAll("pre > code")) {
    const wide = code.scrollWidth > code.clientWidth || code.closest("details");
    if (code instanceof HTMLElement && wide) code.tabIndex = 0;
  }
}

/** Puts the keyboard on something that a mouse need not stop at. */
/** @param {HTMLElement} node */
export function focusOn(node) {
  node.tabIndex = -1;
  node.focus({ preventScroll: false });
}

/**
 * Offers a choice in the page and waits for it, without taking the keyboard away from
 * what the reader does.
 *
 * @param {HTMLElement} place
 * @param {string} question
 * @param {string[]} choices
 * @returns {Promise<string | null>} null when Escape was pressed
 */
export function offer(place, question, choices) {
  place.querySelector(":scope > .backprep-ask")?.remove();
  return new Promise((resolve) => {
    /** @param {string | null} choice */
    const answer = (choice) => {
      box.remove();
      resolve(choice);
    };
    const buttons = choices.map((choice) => button(choice, () => answer(choice)));
    const text = h("p", { class: "backprep-ask-text" }, question);
    const box = h(
      "div",
      { class: "backprep-ask", role: "group", "aria-label": question },
      text,
      ...buttons,
    );
    box.addEventListener("keydown", (event) => {
      if (event.key === "Escape") answer(null);
    });
    place.append(box);
  });
}

/**
 * Asks about what the reader just did: the first choice has the keyboard, which goes
 * back afterwards.
 *
 * @param {HTMLElement} place
 * @param {string} question
 * @param {string[]} choices
 * @returns {Promise<string | null>} null when Escape was pressed
 */
export async function ask(place, question, choices) {
  const before = /** @type {HTMLElement | null} */ (document.activeElement);
  const answer = offer(place, question, choices);
  /** @type {HTMLElement | null} */ (
    place.querySelector(".backprep-ask button")
  )?.focus();
  const choice = await answer;
  if (before?.isConnected) before.focus();
  return choice;
}

/** Lets the reader keep a text as a file. */
/** @param {string} name @param {string} text @param {string} type */
export function download(name, text, type = "text/plain") {
  const url = URL.createObjectURL(new Blob([text], { type }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
