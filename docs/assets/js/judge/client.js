/**
 * What a page asks of the judge on this machine. Only a page that the judge's own
 * server gave out has its mark, and may ask; without it nothing is ever requested.
 *
 * @module
 */

import { fromRoot } from "../page/dom.js";
import { Gone, Refused } from "../journal/refused.js";

/** The token of this page, or "" where no judge is. */
export function token() {
  const mark = document.querySelector('meta[name="backprep-judge"]');
  return mark?.getAttribute("content") ?? "";
}

/**
 * @param {"GET" | "POST" | "PUT"} method
 * @param {string} path
 * @param {any} said
 * @param {boolean} outlive whether it is sent even when the page is left meanwhile
 * @returns {Promise<any>} Rejects with Refused or Gone.
 */
export async function ask(method, path, said = undefined, outlive = false) {
  /** @type {Response} */
  let response;
  let answer;
  try {
    response = await fetch(fromRoot(`api/${path}`), {
      method,
      headers: { "X-Backprep-Token": token(), "Content-Type": "application/json" },
      body: method === "GET" ? null : JSON.stringify(said ?? {}),
      keepalive: outlive,
    });
    answer = await response.json();
  } catch {
    throw new Gone("The judge does not answer.");
  }
  if (!response.ok)
    throw new Refused(
      response.status,
      answer?.error ?? `The judge answers ${response.status}.`,
    );
  return answer;
}
