/**
 * The set of questions of a mock interview, drawn by a seed: a partner who uses the same
 * minutes, topics and seed gets the same, here or in the terminal.
 *
 * @module
 */

/** @typedef {import("../page/questions.js").Question} Question */

/** What an interview asks for, by importance: the last is left out first. */
const ROLES = [["code", "measure"], ["explain"], ["debug"]];
const ORDER = ["explain", "predict", "code", "measure", "debug"];
const LEVELS = ["easy", "medium", "hard"];

/**
 * A set that fits the minutes: one of each role where the bank has them, then whatever
 * else there is time for, other topics first.
 *
 * @param {Question[]} all
 * @param {number} minutes
 * @param {string[]} topics none means all
 * @param {number} seed
 * @returns {Promise<Question[]>} empty where no question fits
 */
export async function plan(all, minutes, topics, seed) {
  const drawn = await shuffled(
    all.filter(({ topic }) => topics.length === 0 || topics.includes(topic)),
    seed,
  );
  const roles = ROLES.map((kinds) => drawn.filter(({ kind }) => kinds.includes(kind)));
  const there = roles.filter((role) => role.length > 0);
  const shortest = there.map((role) => Math.min(...role.map((one) => one.minutes)));
  while (sum(shortest) > minutes) shortest.pop();
  /** @type {Question[]} */
  const chosen = [];
  let left = minutes;
  /** @param {Question | undefined} question */
  const take = (question) => {
    if (!question) return;
    chosen.push(question);
    left -= question.minutes;
  };
  for (const number of shortest.keys()) {
    const others = sum(shortest.slice(number + 1));
    take(there[number]?.find((question) => question.minutes <= left - others));
  }
  for (const again of [false, true])
    for (const question of drawn) {
      const met = chosen.some(({ topic }) => topic === question.topic);
      const fits = question.minutes <= left && !chosen.includes(question);
      if (fits && (again || !met)) take(question);
    }
  return chosen.sort(byPlace);
}

/** @param {number[]} numbers */
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

/** In the order of the digests of the seed and their ids. */
/** @param {Question[]} questions @param {number} seed */
async function shuffled(questions, seed) {
  const keyed = await Promise.all(
    questions.map(async (question) => ({
      question,
      key: await digest(`${seed} ${question.id}`),
    })),
  );
  return keyed
    .sort((one, other) => compare(one.key, other.key))
    .map(({ question }) => question);
}

/** The SHA-256 of a text, in hex digits. @param {string} text */
async function digest(text) {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(bytes), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}

/** Talk first, then write, then mend; easy ones first. */
/** @param {Question} one @param {Question} other */
function byPlace(one, other) {
  return (
    ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind) ||
    LEVELS.indexOf(one.level) - LEVELS.indexOf(other.level) ||
    one.minutes - other.minutes ||
    compare(one.id, other.id)
  );
}

/** @param {string} one @param {string} other */
const compare = (one, other) => (one < other ? -1 : Number(one > other));
