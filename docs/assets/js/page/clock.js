/**
 * How a clock reads: quiet minutes until the last two, then seconds.
 *
 * @module
 */

/** @typedef {"calm" | "amber" | "red" | "over"} Phase */

const LAST = 120;
const VERY_LAST = 30;

/** @param {number} remaining seconds, negative in overtime @returns {Phase} */
export function phase(remaining) {
  if (remaining <= 0) return "over";
  if (remaining <= VERY_LAST) return "red";
  return remaining <= LAST ? "amber" : "calm";
}

/** The word that goes with the colour. @type {Record<Phase, string>} */
export const WORD = {
  calm: "",
  amber: "soon up",
  red: "nearly up",
  over: "time is up",
};

/** Minutes and seconds, such as 8:10. @param {number} seconds */
export function minutesAndSeconds(seconds) {
  const whole = Math.floor(Math.max(0, seconds));
  const [hours, rest] = [Math.floor(whole / 3600), whole % 3600];
  const tail = String(rest % 60).padStart(2, "0");
  if (hours === 0) return `${Math.floor(rest / 60)}:${tail}`;
  return `${hours}:${String(Math.floor(rest / 60)).padStart(2, "0")}:${tail}`;
}

/** What the clock shows. @param {number} remaining seconds, negative in overtime */
export function reading(remaining) {
  if (remaining <= 0) {
    const over = Math.floor(-remaining / 60);
    return over === 0 ? "overtime" : `${over} min over`;
  }
  if (remaining > LAST) return `${Math.ceil(remaining / 60)} min`;
  return minutesAndSeconds(Math.ceil(remaining));
}

/** @param {number} seconds */
function spoken(seconds) {
  if (seconds < 60) return `${seconds} seconds`;
  return seconds === 60 ? "1 minute" : `${Math.round(seconds / 60)} minutes`;
}

/**
 * What to say aloud when the clock went from one reading to another, or "".
 *
 * @param {number} before seconds remaining
 * @param {number} after seconds remaining
 * @param {number} total seconds that there were
 */
export function milestone(before, after, total) {
  const marks = [0, VERY_LAST, LAST, 300, total / 2].filter((mark) => mark < total);
  const passed = marks.filter((mark) => after <= mark && mark < before);
  if (passed.length === 0) return "";
  const mark = Math.min(...passed);
  if (mark === 0) return "Time is up.";
  return mark === total / 2 ? `Half of the time is gone.` : `${spoken(mark)} left.`;
}
