/**
 * Two texts, line by line.
 *
 * @module
 */

/** @typedef {{ sign: " " | "-" | "+", text: string }} Line */

/** More cells than this are not worth the time: all is old, then all is new. */
const LARGEST = 4_000_000;

/**
 * What leads from one text to another, by the longest part that they share.
 *
 * @param {string} before
 * @param {string} after
 * @returns {Line[]}
 */
export function diff(before, after) {
  const [old, fresh] = [before.split("\n"), after.split("\n")];
  const [rows, columns] = [old.length, fresh.length];
  const wide = columns + 1;
  const shared = new Uint32Array(rows * columns > LARGEST ? 0 : (rows + 1) * wide);
  const at = (/** @type {number} */ i, /** @type {number} */ j) =>
    shared[i * wide + j] ?? 0;
  if (shared.length)
    for (let i = rows - 1; i >= 0; i -= 1)
      for (let j = columns - 1; j >= 0; j -= 1)
        shared[i * wide + j] =
          old[i] === fresh[j]
            ? at(i + 1, j + 1) + 1
            : Math.max(at(i + 1, j), at(i, j + 1));
  /** @type {Line[]} */
  const lines = [];
  let [i, j] = [0, 0];
  while (i < rows || j < columns) {
    const [one, other] = [old[i] ?? "", fresh[j] ?? ""];
    if (shared.length && i < rows && j < columns && one === other) {
      lines.push({ sign: " ", text: one });
      i += 1;
      j += 1;
    } else if (i < rows && (j === columns || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ sign: "-", text: one });
      i += 1;
    } else {
      lines.push({ sign: "+", text: other });
      j += 1;
    }
  }
  return lines;
}
