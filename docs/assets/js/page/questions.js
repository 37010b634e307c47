/**
 * The bank's questions, as the site's generator lists them.
 *
 * @module
 */

import { fromRoot } from "./dom.js";

/**
 * @typedef {object} Question
 * @property {string} id
 * @property {string} title
 * @property {string} topic
 * @property {string} topicTitle
 * @property {string} kind
 * @property {string} level
 * @property {number} minutes
 * @property {string} url from the site's root
 */

/** @type {Promise<Question[]> | undefined} */
let listed;

/** @returns {Promise<Question[]>} */
export function questions() {
  listed ??= fetch(fromRoot("assets/data/questions.json"))
    .then((response) => {
      if (!response.ok)
        throw new Error(`the list of questions answers ${response.status}`);
      return response.json();
    })
    .catch((error) => {
      listed = undefined; // so that it is asked for again
      throw error;
    });
  return listed;
}

/** The minutes of a question: what its page says, or else the list. */
/** @param {string} id @returns {Promise<number>} */
export async function minutesOf(id) {
  const place = document.querySelector(`[question="${CSS.escape(id)}"][minutes]`);
  const said = Number(place?.getAttribute("minutes"));
  if (said > 0) return said;
  return (await questions()).find((question) => question.id === id)?.minutes ?? 10;
}
