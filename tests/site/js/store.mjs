/** A storage as a browser gives it, which can be full. */
export class Store {
  #values = new Map();
  full = false;

  constructor(values = {}) {
    for (const [key, value] of Object.entries(values)) this.setItem(key, value);
  }

  getItem(key) {
    return this.#values.get(key) ?? null;
  }

  setItem(key, value) {
    if (this.full) throw new DOMException("full", "QuotaExceededError");
    this.#values.set(key, String(value));
    this[key] = String(value); // as in a browser, its keys are its own properties
  }

  removeItem(key) {
    this.#values.delete(key);
    delete this[key];
  }
}

let seq = 0;

/** An event with what a test does not care about filled in. */
export function event(kind, attempt, data = {}, more = {}) {
  seq += 1;
  const id = more.id ?? seq.toString(16).padStart(32, "0");
  const at = "2026-11-25T10:00:00.000+01:00";
  return {
    id,
    seq,
    at,
    kind,
    question: "amp/step",
    attempt: attempt ?? id,
    data,
    ...more,
  };
}

/** The events of an attempt: started, what happened, finished. */
export function attempt({
  minutes = 10,
  day = "2026-11-25",
  question = "amp/step",
  steps = [],
  outcome = "passed",
  elapsed = 300,
  edited = true,
} = {}) {
  const at = `${day}T10:00:00.000+01:00`;
  const started = event(
    "started",
    undefined,
    { elapsed: 0, minutes, mock: null, from: "site" },
    { question, at },
  );
  const made = steps.map(([kind, data]) =>
    event(kind, started.id, { elapsed: 0, ...data }, { question, at }),
  );
  const finished = event(
    "finished",
    started.id,
    { elapsed, outcome, edited, snapshot: null },
    { question, at },
  );
  return [started, ...made, ...(outcome ? [finished] : [])];
}
