/** Reads cases of events from the standard input, and writes what they come to. */
import { text } from "node:stream/consumers";

import { elapsedAt, limit, passed, revealed } from "../../../docs/assets/js/journal/attempt.js";
import { ordered } from "../../../docs/assets/js/journal/event.js";
import { fault } from "../../../docs/assets/js/journal/event_rules.js";
import { told } from "../../../docs/assets/js/journal/history.js";
import { deck, forecast, inWords, tally } from "../../../docs/assets/js/practice/cards.js";
import { worked } from "../../../docs/assets/js/practice/plan.js";
import { ahead, chosen, dueDates, firstOfDays, grade, plus, reviews } from "../../../docs/assets/js/practice/schedule.js";

/** @param {{ events: any[], now: string, cards?: string[] }} one */
function outcome({ events, now, cards = [] }) {
  const history = told(ordered(events));
  const { attempts, cards: graded, interview } = history;
  const done = reviews(attempts);
  return {
    aim: history.aim,
    faults: events.map(fault).filter(Boolean),
    attempts: attempts.map((attempt) => ({
      ...attempt,
      limit: limit(attempt),
      passed: passed(attempt),
      revealed: revealed(attempt),
      elapsedAt: elapsedAt(attempt, Date.parse(now)),
      grade: grade(attempt),
      chosen: chosen(attempt),
    })),
    reviews: done,
    due: [...dueDates(done, interview).values()].map(({ question, on }) => [
      question,
      on,
    ]),
    cards: firstOfDays(graded).map(({ day: today }) => {
      const tried = new Set(attempts.filter(({ ended }) => ended).map(({ question }) => question));
      const { due, fresh, again } = deck(cards, graded, tried, today, ahead(history, today), 2);
      const days = [...forecast(cards, graded, today, plus(today, 9))].sort();
      return { due, fresh, again, days, said: inWords(tally(graded), days.length) };
    }),
    worked: attempts.map(({ started }) => worked(attempts, started.slice(0, 10))),
  };
}

console.log(JSON.stringify(JSON.parse(await text(process.stdin)).map(outcome)));
