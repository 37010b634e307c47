/** Writes the debriefs of the interviews on the standard input. */
import { text } from "node:stream/consumers";

import { ordered } from "../../../docs/assets/js/journal/event.js";
import { told } from "../../../docs/assets/js/journal/history.js";
import { debrief, markdown } from "../../../docs/assets/js/practice/debrief.js";
import { dueDates, reviews } from "../../../docs/assets/js/practice/schedule.js";

/** @param {{ events: any[], bank: any[] }} one the bank has ids, points and follow-ups */
function written({ events, bank }) {
  const { attempts, mocks, interview } = told(ordered(events));
  const due = dueDates(reviews(attempts), interview);
  const entries = bank.map((question) => ({
    ...question,
    attempt: attempts.find((one) => one.question === question.id),
    due: due.get(question.id)?.on ?? null,
  }));
  return markdown(debrief(mocks[0], entries));
}

console.log(JSON.stringify(JSON.parse(await text(process.stdin)).map(written)));
