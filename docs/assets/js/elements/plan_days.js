/** The days until the interview, each with its questions, and what they have no room for. @module */

import { fromRoot, h } from "../page/dom.js";
import { many } from "../page/words.js";
import { until } from "../practice/agenda.js";
import { minutes as minutesOfCards } from "../practice/cards.js";
import { minutesOf, tooLong } from "../practice/plan.js";
import { dayName } from "../practice/schedule.js";

/** @typedef {import("../page/questions.js").Question} Question */
/** @typedef {import("../practice/plan.js").Day} Day */
/** @typedef {import("../practice/plan.js").Plan} Plan */
/** @typedef {(question: Question) => Node} Link */

/** Days that are in sight at once; those after them are a click away. */
const IN_SIGHT = 14;

/** @param {Plan} plan @param {Link} link @returns {HTMLElement[]} */
export function planDays(plan, link) {
  const { days, minutes, notAgain, left } = plan;
  const list = (/** @type {Day[]} */ some) =>
    h("ol", { class: "backprep-plan-days" }, ...some.map((one) => day(one, days, link)));
  const later = days.slice(IN_SIGHT);
  const alone = tooLong(plan).flatMap(({ on, items: [item] }) =>
    item
      ? [
          h(
            "p",
            {},
            `${dayName(on)}: `,
            link(item.question),
            ` takes ${many(item.question.minutes, "minute")}, and has the day alone.`,
          ),
        ]
      : [],
  );
  return [
    h(
      "p",
      { class: "backprep-plan-until" },
      `${until(plan)} You have ${many(minutes, "minute")} a day.`,
    ),
    list(days.slice(0, IN_SIGHT)),
    ...(later.length
      ? [h("details", {}, h("summary", {}, `${many(later.length, "day")} after that`), list(later))]
      : []),
    ...alone,
    ...listed("No room to come once more", notAgain, link),
    ...listed("No room at all", left, link),
    h(
      "p",
      { class: "backprep-plan-note" },
      "It supposes that all goes well, and is made anew from what happens.",
    ),
  ];
}

/** @param {Day} one @param {Day[]} all @param {Link} link */
function day(one, all, link) {
  const { on, items, cards } = one;
  const entries = items.map(({ question, isNew }) =>
    h(
      "li",
      {},
      link(question),
      " ",
      h(
        "span",
        { class: "backprep-plan-facts" },
        `${isNew ? "new" : "again"} · ${question.minutes} min`,
      ),
    ),
  );
  if (cards) entries.push(cardsOf(cards));
  const isToday = one === all[0];
  const name = isToday ? `Today, ${dayName(on)}` : dayName(on);
  const total = minutesOf(one) + minutesOfCards(cards);
  const load = total ? many(total, "minute") : "free";
  return h(
    "li",
    { class: `backprep-plan-day ${isToday ? "backprep-plan-today" : ""}`.trim() },
    h("h3", {}, name, " ", h("span", { class: "backprep-plan-facts" }, load)),
    ...(entries.length ? [h("ul", {}, ...entries)] : []),
  );
}

/** @param {number} number how many are due */
const cardsOf = (number) =>
  h(
    "li",
    {},
    h("a", { href: fromRoot("cards/") }, many(number, "card")),
    " ",
    h("span", { class: "backprep-plan-facts" }, `due · ${minutesOfCards(number)} min`),
  );

/** @param {string} what @param {Question[]} questions @param {Link} link */
function listed(what, questions, link) {
  if (questions.length === 0) return [];
  const links = questions.flatMap((question, n) => [n ? ", " : "", link(question)]);
  return [h("p", { class: "backprep-plan-left" }, `${what}: `, ...links, ".")];
}
