import assert from "node:assert/strict";
import test from "node:test";

import { lines, next, ordered, parse, stamp } from "../../../docs/assets/js/journal/event.js";
import { fault } from "../../../docs/assets/js/journal/event_rules.js";
import { event } from "./store.mjs";

test("an event survives its line", () => {
  const one = event("started", undefined, {
    elapsed: 0,
    minutes: 10,
    mock: null,
    from: "site",
  });
  assert.deepEqual(parse(lines([one])), { events: [one], faults: [] });
});

test("its keys stand in the order that both sides write", () => {
  const keys = Object.keys(
    JSON.parse(lines([event("revealed", "a".repeat(32), { elapsed: 1 })])),
  );
  assert.deepEqual(keys, ["id", "seq", "at", "kind", "question", "attempt", "data"]);
});

test("the next event's number is one more than the largest", () => {
  const now = new Date();
  const first = next([], now, "started", "amp/step", "", { elapsed: 0, minutes: 1 });
  const second = next([{ ...first, seq: 41 }], now, "paused", "amp/step", first.id, {
    elapsed: 1,
  });
  assert.deepEqual([first.seq, second.seq], [1, 42]);
  assert.equal(first.attempt, first.id);
  assert.match(first.id, /^[0-9a-f]{32}$/);
});

test("what begins an attempt is without fault", () => {
  const started = { elapsed: 0, minutes: 1, mock: null, from: "site" };
  assert.equal(fault(next([], new Date(), "started", "amp/step", "", started)), "");
});

test("an id that stands for two events is a fault", () => {
  const one = event("reset", "x", { elapsed: 1, more: 2 });
  const turned = { ...one, data: { more: 2, elapsed: 1 } };
  assert.deepEqual(parse(lines([turned]), [one]).faults, []);
  const other = { ...one, data: { elapsed: 2, more: 2 } };
  assert.match(parse(lines([one, other])).faults[0].fault, /another event's id/);
});

test("the time carries the offset of where it was written", () => {
  const date = new Date("2026-11-25T09:31:00.123Z");
  assert.equal(Date.parse(stamp(date)), date.getTime());
  assert.match(stamp(date), /^2026-11-2\dT\d\d:\d\d:00\.123[+-]\d\d:\d\d$/);
});

test("events are replayed by number, then by id, each once", () => {
  const [one, other] = [
    event("reset", "x", { elapsed: 1 }),
    event("reset", "x", { elapsed: 1 }),
  ];
  const tied = { ...one, id: "0".repeat(32), seq: other.seq };
  assert.deepEqual(ordered([other, tied, one, other]), [one, tied, other]);
});

test("a faulty line is named with what is wrong in it", () => {
  const good = lines([event("reset", "x", { elapsed: 1 })]);
  const { events, faults } = parse(`${good}\n{"id": 3}\nnonsense\n`);
  assert.equal(events.length, 1);
  assert.deepEqual(
    faults.map(({ line }) => line),
    [3, 4],
  );
  assert.match(faults[1].fault, /JSON/);
});

const broken = {
  "an id in capitals": { id: "A".repeat(32) },
  "a number of zero": { seq: 0 },
  "a number that is text": { seq: "1" },
  "a time without an offset": { at: "2026-11-25T10:00:00" },
  "a time that is none": { at: "2026-13-45T10:00:00+01:00" },
  "a kind that is no text": { kind: 7 },
  "an elapsed time below zero": { data: { elapsed: -1 } },
  "an elapsed time that is text": { data: { elapsed: "1" } },
  "data that is a list": { data: [] },
  "a key too many": { more: 1 },
};
for (const [name, change] of Object.entries(broken))
  test(`${name} is a fault`, () => {
    assert.notEqual(fault({ ...event("reset", "x", { elapsed: 1 }), ...change }), "");
  });

test("a kind that only a newer version knows is kept", () => {
  assert.equal(fault(event("dreamt", "x", { depth: 3 })), "");
});
