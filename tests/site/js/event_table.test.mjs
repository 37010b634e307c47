import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { parse } from "../../../docs/assets/js/journal/event.js";

/** Good and bad events; the command line is tested by the same table. */
const probes = JSON.parse(
  readFileSync(new URL("../../events.json", import.meta.url), "utf8"),
);

for (const { about, good, line } of probes)
  test(`${about} is ${good ? "an event" : "refused"}`, () => {
    assert.equal(parse(line).faults.length === 0, good);
  });
