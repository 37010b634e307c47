/** When the interview is: no review is put off beyond it. @module */

import { h, say, status } from "../page/dom.js";
import { history, today } from "../journal/history.js";
import { journal } from "../journal/journal.js";
import { dayName } from "../practice/schedule.js";

/** @returns {HTMLElement} */
export function planForm() {
  const { planned } = history();
  const date = h("input", { type: "date", min: today(), required: true });
  const minutes = h("input", { type: "number", min: "5", max: "720", required: true });
  date.value = planned?.date ?? "";
  minutes.value = String(planned?.minutes ?? 60);
  const said = status();
  const show = (/** @type {string} */ day) =>
    say(
      said,
      `The interview is on ${dayName(day)}: what you have tried comes again before it.`,
    );
  if (planned && planned.date >= today()) show(planned.date);
  const form = h(
    "form",
    {
      class: "backprep-plan-form",
      onsubmit: async (/** @type {Event} */ event) => {
        event.preventDefault();
        const data = { date: date.value, minutes: Number(minutes.value) };
        await journal.append("planned", "", "", data);
        show(data.date);
      },
    },
    h("label", {}, "Interview on ", date),
    h("label", {}, "Minutes a day ", minutes),
    h("button", { type: "submit", class: "backprep-button" }, "Plan for it"),
  );
  return h("div", {}, form, said);
}
