/** What the four ratings mean, to look up where one stands. @module */

import { h } from "../page/dom.js";

const MEANINGS = {
  Again: "Not passed, given up, revealed, a must-have missed, or far over time. It comes back soonest, as a rule the next day.",
  Hard: "Passed over time, with no clock running, or with much help from hints. It comes back sooner than after Good.",
  Good: "Passed in time, with one hint at most. Each time, the gap grows.",
  Easy: "Your own choice after a quick pass at the first run, without hints. The gap grows most.",
};

/** @returns {HTMLElement} */
export function ratings() {
  const terms = Object.entries(MEANINGS).flatMap(([name, meaning]) => [
    h("dt", {}, name),
    h("dd", {}, meaning),
  ]);
  return h(
    "details",
    { class: "backprep-ratings" },
    h("summary", {}, "What the ratings mean"),
    h("dl", {}, ...terms),
    h(
      "p",
      {},
      "The rating decides when a question comes back. You can change it by one step, and only the first attempt of a day counts.",
    ),
  );
}
