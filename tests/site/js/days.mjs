/** Plans the days until interviews, for the cases on the standard input. */
import { text } from "node:stream/consumers";

import { minutesOf, plan, tooLong } from "../../../docs/assets/js/practice/plan.js";

const cases = JSON.parse(await text(process.stdin));
const plans = cases.map(({ questions, reviews, today, interview, minutes, worked, cards }) => {
  const due = new Map(Object.entries(cards));
  const made = plan(questions, reviews, today, interview, minutes, worked, due);
  return {
    days: made.days.map((day) => ({
      on: day.on,
      minutes: minutesOf(day),
      cards: day.cards,
      items: day.items.map(({ question, isNew }) => [question.id, isNew]),
    })),
    not_again: made.notAgain.map(({ id }) => id),
    left: made.left.map(({ id }) => id),
    too_long: tooLong(made).map(({ on }) => on),
  };
});
console.log(JSON.stringify(plans));
