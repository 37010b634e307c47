import assert from "node:assert/strict";
import test from "node:test";

import {
  elapsedAt,
  passed,
  replay,
  revealed,
  underWay,
} from "../../../docs/assets/js/journal/attempt.js";
import { attempt, event } from "./store.mjs";

const only = (events) => replay(events)[0];

test("an attempt runs from its start", () => {
  const running = only(attempt({ outcome: null }));
  assert.equal(running.running, true);
  assert.equal(elapsedAt(running, Date.parse(running.changed) + 90_000), 90);
});

test("a pause stops its time", () => {
  const paused = only(attempt({ steps: [["paused", { elapsed: 60 }]], outcome: null }));
  assert.equal(elapsedAt(paused, Date.parse(paused.changed) + 90_000), 60);
});

test("a clock that is set back takes nothing away", () => {
  const running = only(
    attempt({ steps: [["hinted", { elapsed: 60, level: 1 }]], outcome: null }),
  );
  assert.equal(elapsedAt(running, Date.parse(running.changed) - 90_000), 60);
});

test("the time of an event that knows less is not believed", () => {
  const steps = [
    ["hinted", { elapsed: 60, level: 1 }],
    ["hinted", { elapsed: 40, level: 2 }],
  ];
  assert.equal(only(attempt({ steps, outcome: null })).elapsed, 60);
});

test("a hint that was shown twice counts once", () => {
  const steps = [
    ["hinted", { level: 1 }],
    ["hinted", { level: 1 }],
    ["hinted", { level: 2 }],
  ];
  assert.deepEqual(only(attempt({ steps })).hints, [1, 2]);
});

test("the first run that passes is the time of the pass", () => {
  const ran = (elapsed, verdict) => ["ran", { elapsed, verdict, passed: 1, total: 1 }];
  const done = only(
    attempt({ steps: [ran(10, "failed"), ran(20, "passed"), ran(30, "passed")] }),
  );
  assert.deepEqual([done.runs, done.firstRunPassed, done.passedAfter], [3, false, 20]);
});

test("revealed counts only before the pass", () => {
  const ran = ["ran", { elapsed: 20, verdict: "passed", passed: 1, total: 1 }];
  assert.equal(
    revealed(only(attempt({ steps: [ran, ["revealed", { elapsed: 30 }]] }))),
    false,
  );
  assert.equal(
    revealed(only(attempt({ steps: [["revealed", { elapsed: 10 }], ran] }))),
    true,
  );
});

test("what comes after the end changes nothing but the grade and the follow-ups", () => {
  const events = attempt({ elapsed: 100 });
  const { id } = events[0];
  const late = [
    event("resumed", id, { elapsed: 900 }),
    event("self_graded", id, { elapsed: 900, rating: "easy" }),
    event("followed_up", id, { elapsed: 900, number: 2 }),
  ];
  const done = only([...events, ...late]);
  assert.deepEqual(
    [done.elapsed, done.running, done.graded, done.followedUp],
    [100, false, "easy", [2]],
  );
});

test("a kind that every object has by its nature changes nothing", () => {
  const [started] = attempt();
  const strange = event("constructor", started.id, { elapsed: 5 });
  assert.deepEqual(replay([started, strange]), replay([started]));
});

test("a pass with no clock running is a finished attempt without a time", () => {
  const data = { minutes: 10, total: 7, from: "check", snapshot: null };
  const done = only([event("passed_untimed", undefined, data)]);
  assert.deepEqual(
    [done.outcome, done.timed, done.passedAfter, done.checks],
    ["passed", false, null, [7, 7]],
  );
});

test("a pass while the clock stands has no time", () => {
  const ran = ["ran", { elapsed: 2, verdict: "passed", passed: 1, total: 1 }];
  const steps = [["paused", { elapsed: 2 }], ran];
  const done = only(attempt({ steps, elapsed: 2 }));
  assert.deepEqual([done.timed, done.passedAfter], [false, null]);
  ran[1].timed = true;
  assert.equal(only(attempt({ steps, elapsed: 2 })).passedAfter, 2);
});

test("events of no attempt change nothing", () => {
  assert.deepEqual(replay([event("paused", "f".repeat(32), { elapsed: 1 })]), []);
});

test("the attempt under way is the latest, if it is not finished", () => {
  const [old, open] = [attempt(), attempt({ outcome: null })];
  assert.equal(underWay(replay([...old, ...open]), "amp/step").id, open[0].id);
  assert.equal(underWay(replay([...open, ...attempt()]), "amp/step"), undefined);
  assert.equal(passed(only(old)), true);
});
