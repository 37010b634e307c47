import assert from "node:assert/strict";
import test from "node:test";

import { today } from "../../../docs/assets/js/journal/history.js";
import { replay } from "../../../docs/assets/js/journal/attempt.js";
import {
  dayName,
  dueDates,
  dueToday,
  finished,
  grade,
  reviews,
} from "../../../docs/assets/js/practice/schedule.js";
import { attempt, event } from "./store.mjs";

const hint = (level) => ["hinted", { level }];
const run = (verdict, elapsed) => ["ran", { verdict, passed: 0, total: 1, elapsed }];
const table = [
  [
    "again",
    "revealed before it passed",
    { steps: [["revealed", {}]], outcome: "gave up" },
  ],
  ["again", "given up", { outcome: "gave up", edited: false }],
  ["again", "not passed", { outcome: "failed" }],
  [
    "again",
    "a must-have missed",
    { steps: [["ticked", { must: [true, false], nice: [] }]], outcome: "failed" },
  ],
  ["again", "far into overtime", { elapsed: 901 }],
  ["hard", "in overtime", { elapsed: 900 }],
  ["hard", "with two hints", { steps: [hint(1), hint(2)] }],
  ["hard", "with the last hint", { steps: [hint(3)] }],
  ["hard", "with one hint, late", { steps: [hint(1)], elapsed: 481 }],
  ["good", "with one hint, early", { steps: [hint(1)], elapsed: 480 }],
  ["good", "in time", { elapsed: 600 }],
  [null, "left at once", { outcome: "abandoned", elapsed: 120 }],
  [null, "never edited", { outcome: "failed", edited: false }],
  ["again", "left later", { outcome: "abandoned", elapsed: 121 }],
];
for (const [rating, name, how] of table)
  test(`${name}: ${rating ?? "no review"}`, () => {
    assert.equal(grade(replay(attempt(how))[0]).rating, rating);
  });

test("easy is for the quick, by their own word", () => {
  const choices = (how) => grade(replay(attempt(how))[0]).choices;
  assert.deepEqual(choices({ elapsed: 240 }), ["hard", "good", "easy"]);
  assert.deepEqual(choices({ elapsed: 241 }), ["hard", "good"]);
  assert.deepEqual(choices({ elapsed: 240, steps: [run("failed", 10)] }), [
    "hard",
    "good",
  ]);
});

test("only the first graded attempt of a day is a review", () => {
  const events = [
    ...attempt({ outcome: "failed" }),
    ...attempt(),
    ...attempt({ day: "2026-11-26" }),
  ];
  assert.deepEqual(
    reviews(replay(events)).map(({ day, rating }) => [day, rating]),
    [
      ["2026-11-25", "again"],
      ["2026-11-26", "good"],
    ],
  );
});

const said = (day) => {
  const attempts = replay(attempt({ elapsed: 490, day }));
  const none = { mocks: [], planned: null, interview: null };
  return finished({ attempts, ...none }, attempts[0]).text;
};

test("the sentence says the rating, its reason and the day", () => {
  const day = /^Good: passed in 8:10 of 10:00, no hints\. It comes back on \w{3} \d+ \w{3}/;
  assert.match(said(today()), day);
});

test("what should have come back by now is said to be due", () => {
  assert.match(said("2020-11-25"), /no hints\. It has been due since \w{3} \d+ \w{3} 2020\.$/);
});

test("an interview that is over moves no review", () => {
  const history = { attempts: replay(attempt()), interview: "2026-11-27" };
  assert.equal(dueToday(history, "2026-11-26").length, 1);
  assert.deepEqual(dueToday(history, "2026-11-27"), []);
});

test("the reader moves the rating by one step and no further", () => {
  const rated = (rating) => {
    const events = attempt();
    events.push(event("self_graded", events[0].id, { elapsed: 0, rating }));
    return reviews(replay(events))[0].rating;
  };
  assert.deepEqual(["hard", "again"].map(rated), ["hard", "good"]);
});

test("before the interview every question falls due once more", () => {
  const done = [{ question: "q", day: "2026-11-25", rating: "easy" }];
  assert.equal(dueDates(done, "2026-11-28").get("q").on, "2026-11-27");
  assert.ok(dueDates(done, "2026-11-26").get("q").on > "2026-11-27");
});

test("what is due is listed from its day on, the longest overdue first", () => {
  const events = [
    ...attempt({ outcome: "failed", question: "b", day: "2026-11-24" }),
    ...attempt({ outcome: "failed", question: "a" }),
  ];
  const history = {
    attempts: replay(events),
    mocks: [],
    planned: null,
    interview: null,
  };
  assert.deepEqual(dueToday(history, "2026-11-24"), []);
  assert.deepEqual(
    dueToday(history, "2026-12-01").map(({ question }) => question),
    ["b", "a"],
  );
});

test("a day has its year where that is another", () => {
  assert.equal(dayName("2026-12-04", "2026-01-01"), "Fri 4 Dec");
  assert.equal(dayName("2027-01-04", "2026-12-31"), "Mon 4 Jan 2027");
});
