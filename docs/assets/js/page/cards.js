/**
 * The bank's cards: their keys, and what stands on their two sides.
 *
 * @module
 */

import { adopted, page } from "./answer.js";
import { fromRoot } from "./dom.js";

/** @typedef {{ front: HTMLElement, back: HTMLElement }} Sides */

/** @type {Promise<string[]> | undefined} */
let listed;

/** The keys of all cards, in the bank's order. @returns {Promise<string[]>} */
export function cardKeys() {
  listed ??= fetch(fromRoot("assets/data/cards.json"))
    .then((response) => {
      if (!response.ok) throw new Error(`the list of cards answers ${response.status}`);
      return response.json();
    })
    .catch((error) => {
      listed = undefined; // so that it is asked for again
      throw error;
    });
  return listed;
}

/** Both sides of every card by its key, in the bank's order: one request for all. */
/** @returns {Promise<Map<string, Sides>>} */
export async function sides() {
  const deck = await page(fromRoot("cards/deck/"));
  const cards = /** @type {HTMLElement[]} */ ([...deck.querySelectorAll("[data-card]")]);
  const side = (/** @type {Element} */ card, /** @type {string} */ name) =>
    adopted(/** @type {Element} */ (card.querySelector(`.bp-card-${name}`)));
  return new Map(
    cards.map((card) => [
      card.dataset.card ?? "",
      { front: side(card, "front"), back: side(card, "back") },
    ]),
  );
}
