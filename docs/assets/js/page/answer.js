/**
 * The page with a question's answer, fetched when it is asked for and not before.
 *
 * @module
 */

/** @type {Map<string, Promise<Document>>} */
const pages = new Map();

/** @param {string} url @returns {Promise<Document>} */
export function page(url) {
  const address = new URL(url, document.baseURI);
  address.hash = "";
  const key = address.href;
  const found = pages.get(key) ?? load(key);
  pages.set(key, found);
  found.catch(() => pages.delete(key)); // so that it is asked for again
  return found;
}

/** @param {string} url */
async function load(url) {
  const response = await fetch(url, { credentials: "same-origin" });
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  const found = new DOMParser().parseFromString(await response.text(), "text/html");
  const base = response.url || url;
  for (const name of ["href", "src"])
    for (const node of found.querySelectorAll(`[${name}]`)) {
      const value = node.getAttribute(name) ?? "";
      if (!value.startsWith("#")) node.setAttribute(name, absolute(value, base));
    }
  return found;
}

/** @param {string} value @param {string} base */
function absolute(value, base) {
  try {
    return new URL(value, base).href;
  } catch {
    return value;
  }
}

const POINTERS = [
  "for",
  "aria-labelledby",
  "aria-describedby",
  "aria-controls",
  "headers",
];

/**
 * A copy of a part of another page that can stand in this one: its ids are its own.
 *
 * @param {Document} from
 * @param {string} id
 * @returns {HTMLElement}
 */
export function lift(from, id) {
  const original = from.getElementById(id);
  if (!original) throw new Error(`the page has no part #${id}`);
  return adopted(original);
}

/** A copy of a node of another page that can stand in this one. */
/** @param {Element} original @returns {HTMLElement} */
export function adopted(original) {
  const part = /** @type {HTMLElement} */ (document.importNode(original, true));
  const own = (/** @type {string} */ name) => `revealed-${name}`;
  for (const node of [part, ...part.querySelectorAll("*")]) {
    for (const name of ["id", "name"]) {
      const value = node.getAttribute(name);
      // an input's name is not an anchor
      if (value && (name === "id" || node.localName === "a"))
        node.setAttribute(name, own(value));
    }
    for (const name of POINTERS) {
      const value = node.getAttribute(name);
      if (value) node.setAttribute(name, value.split(/\s+/).map(own).join(" "));
    }
    const target = node.getAttribute("href");
    if (target?.startsWith("#")) node.setAttribute("href", `#${own(target.slice(1))}`);
  }
  return part;
}

/** The address of a question's answer: the element's own link, or the page's reveal. */
/** @param {HTMLElement} element @param {string} question */
export function addressFor(element, question) {
  const reveal = `backprep-reveal[question="${CSS.escape(question)}"] a[href]`;
  const link = element.querySelector("a[href]") ?? document.querySelector(reveal);
  return /** @type {HTMLAnchorElement | null} */ (link)?.href ?? "";
}

/**
 * What the rubric asks for, in order.
 *
 * @param {Document} from
 * @returns {{ must: string[], nice: string[] }}
 */
export function rubric(from) {
  const part = from.getElementById("rubric");
  /** @type {{ must: string[], nice: string[] }} */
  const points = { must: [], nice: [] };
  /** @type {string[] | null} */
  let into = null;
  for (const node of part?.querySelectorAll("h1, h2, h3, h4, h5, h6, p, dt, li") ??
    []) {
    if (node.localName === "p" && node.closest("li")) continue;
    const text = (node.textContent ?? "").replace(/¶/g, "").replace(/\s+/g, " ").trim();
    if (node.localName === "li") into?.push(text);
    else if (/^must have/i.test(text)) into = points.must;
    else if (/^nice to have/i.test(text)) into = points.nice;
  }
  return points;
}
