import assert from "node:assert/strict";
import test from "node:test";

import { replay } from "../../../docs/assets/js/journal/attempt.js";
import { standings } from "../../../docs/assets/js/practice/standing.js";
import { byDay, byTopic, median } from "../../../docs/assets/js/practice/stats.js";
import { attempt } from "./store.mjs";

const state = (events, due = []) =>
  standings(
    { attempts: replay(events), mocks: [], planned: null, interview: null },
    new Set(due),
  )("amp/step");
const shown = attempt({ steps: [["revealed", {}]], outcome: "gave up" });

test("a question stands as its attempts left it", () => {
  assert.equal(state([]), "not begun");
  assert.equal(state(attempt({ outcome: null })), "begun");
  assert.equal(state(attempt({ outcome: "failed" })), "not passed yet");
  assert.equal(state(attempt({ outcome: "abandoned" })), "not passed yet");
  assert.equal(state(attempt({ outcome: "gave up" })), "given up");
  assert.equal(state(shown), "revealed");
  assert.equal(state(attempt()), "passed");
});

test("what was passed once stays passed until it is due", () => {
  assert.equal(state([...attempt(), ...attempt({ outcome: "failed" })]), "passed");
  assert.equal(state([...shown, ...attempt()]), "passed");
  assert.equal(state([...attempt(), ...shown]), "passed");
  assert.equal(state(attempt(), ["amp/step"]), "due");
});

test("what is under way is begun, whatever was before", () => {
  const again = attempt({ outcome: null });
  assert.equal(state([...attempt(), ...again]), "begun");
  assert.equal(state([...attempt(), ...again], ["amp/step"]), "begun");
  assert.equal(state([...shown, ...again]), "begun");
});

test("an answer that was seen stays seen until the question is passed", () => {
  assert.equal(state([...shown, ...attempt({ outcome: "failed" })]), "revealed");
  const ran = ["ran", { verdict: "passed", passed: 1, total: 1, elapsed: 300 }];
  assert.equal(state(attempt({ steps: [["revealed", {}], ran] })), "revealed");
});

test("a median of an even number lies between", () => {
  assert.deepEqual(
    [median([]), median([3]), median([4, 1]), median([9, 1, 2])],
    [null, 3, 2.5, 2],
  );
});

const bank = ["amp/step", "amp/cast", "autograd/grad"].map((id) => ({
  id,
  title: id,
  topic: id.split("/")[0],
  topicTitle: id.split("/")[0],
  kind: "code",
  level: "easy",
  minutes: 10,
  url: "",
}));

test("a topic's figures come with what they were drawn from", () => {
  const ran = ["ran", { verdict: "passed", passed: 1, total: 1, elapsed: 300 }];
  const events = [
    ...attempt({ steps: [ran] }),
    ...attempt({ elapsed: 900 }),
    ...attempt({ outcome: "failed", question: "amp/cast" }),
  ];
  const [amp, autograd] = byTopic(bank, replay(events));
  assert.deepEqual(amp, {
    topic: "amp",
    title: "amp",
    questions: 2,
    attempted: 2,
    passed: 1,
    inTime: 1,
    firstRuns: 1,
    firstRunsPassed: 1,
    passes: 2,
    median: 1,
  });
  assert.deepEqual([autograd.attempted, autograd.median], [0, null]);
});

test("a pass after the reveal is not counted as one", () => {
  const ran = ["ran", { verdict: "passed", passed: 1, total: 1, elapsed: 300 }];
  const [amp] = byTopic(bank, replay(attempt({ steps: [["revealed", {}], ran] })));
  assert.deepEqual([amp.inTime, amp.passes], [0, 0]);
});

test("attempts are counted on the day on which they were begun", () => {
  const found = byDay(replay([...attempt(), ...attempt({ outcome: "failed" })]), [
    "2026-11-24",
    "2026-11-25",
  ]);
  assert.deepEqual(
    found.map((day) => [day.attempts, day.passed]),
    [
      [0, 0],
      [2, 1],
    ],
  );
});
