/**
 * The set of questions of a mock interview, from its minutes, topics and seed alone: a
 * partner who uses the same gets the same.
 *
 * @module
 */

/** @typedef {import("./questions.js").Question} Question */

/** What an interview mixes as far as it can: to say, to write, to mend. */
const ROLES = ["explain", "code", "debug"];

/** A small generator of numbers in [0, 1), mulberry32. @param {number} seed */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** @template T @param {T[]} values @param {() => number} draw @returns {T[]} */
function shuffled(values, draw) {
  const mixed = [...values];
  for (let at = mixed.length - 1; at > 0; at -= 1) {
    const other = Math.floor(draw() * (at + 1));
    [mixed[at], mixed[other]] = [
      /** @type {T} */ (mixed[other]),
      /** @type {T} */ (mixed[at]),
    ];
  }
  return mixed;
}

/**
 * A mixed set that fits: one of each role first, then whatever still has room.
 *
 * @param {Question[]} all
 * @param {number} minutes
 * @param {string[]} topics none means all
 * @param {number} seed
 * @returns {Question[]}
 */
export function plan(all, minutes, topics, seed) {
  const asked = all.filter(
    ({ topic }) => topics.length === 0 || topics.includes(topic),
  );
  const order = [...asked].sort((one, other) => (one.id < other.id ? -1 : 1));
  const pool = shuffled(order, random(seed));
  /** @type {Question[]} */
  const chosen = [];
  let left = minutes;
  /** @param {(question: Question) => boolean} fits */
  const take = (fits) => {
    const found = pool.find((question) => question.minutes <= left && fits(question));
    if (!found) return false;
    pool.splice(pool.indexOf(found), 1);
    chosen.push(found);
    left -= found.minutes;
    return true;
  };
  for (const role of ROLES) take(({ kind }) => kind === role);
  while (take(() => true));
  return chosen.sort((one, other) => role(one) - role(other));
}

/** Its place in the interview; a prediction comes before all others. */
/** @param {Question} question */
const role = ({ kind }) => ROLES.indexOf(kind);
