/**
 * Python's random numbers, so that a seed means the same in the browser and in the
 * terminal: the Mersenne Twister MT19937, seeded as `random.Random(seed)` seeds it.
 *
 * M. Matsumoto, T. Nishimura: Mersenne Twister, ACM TOMACS 8 (1998), 3-30.
 *
 * @module
 */

const [SIZE, MIDDLE] = [624, 397];

/** The state after one number. @param {number} seed */
function first(seed) {
  const state = new Uint32Array(SIZE);
  state[0] = seed;
  for (let at = 1; at < SIZE; at += 1)
    state[at] = Math.imul(1812433253, folded(state, at - 1)) + at;
  return state;
}

/** @param {Uint32Array} state @param {number} at */
function folded(state, at) {
  const value = state[at] ?? 0;
  return value ^ (value >>> 30);
}

/** The state after a list of one number. @param {number} seed */
function seeded(seed) {
  const state = first(19650218);
  let at = 1;
  /** @param {number} factor @param {number} more */
  const mix = (factor, more) => {
    state[at] = ((state[at] ?? 0) ^ Math.imul(folded(state, at - 1), factor)) + more;
    at += 1;
    if (at < SIZE) return;
    state[0] = state[SIZE - 1] ?? 0;
    at = 1;
  };
  for (let turn = 0; turn < SIZE; turn += 1) mix(1664525, seed);
  for (let turn = 1; turn < SIZE; turn += 1) mix(1566083941, -at);
  state[0] = 0x80000000;
  return state;
}

/** @param {Uint32Array} state */
function twist(state) {
  for (let at = 0; at < SIZE; at += 1) {
    const next = state[(at + 1) % SIZE] ?? 0;
    const mixed = ((state[at] ?? 0) & 0x80000000) | (next & 0x7fffffff);
    const odd = mixed & 1 ? 0x9908b0df : 0;
    state[at] = (state[(at + MIDDLE) % SIZE] ?? 0) ^ (mixed >>> 1) ^ odd;
  }
}

/**
 * Draws the numbers of `random.Random(seed).random()`.
 *
 * @param {number} seed a whole number from 0 to 2**32 - 1
 * @returns {() => number} in [0, 1)
 */
export function random(seed) {
  const state = seeded(seed);
  let at = SIZE;
  const word = () => {
    if (at === SIZE) {
      twist(state);
      at = 0;
    }
    let value = state[at] ?? 0;
    at += 1;
    value ^= value >>> 11;
    value ^= (value << 7) & 0x9d2c5680;
    value ^= (value << 15) & 0xefc60000;
    return (value ^ (value >>> 18)) >>> 0;
  };
  return () => ((word() >>> 5) * 2 ** 26 + (word() >>> 6)) / 2 ** 53;
}
