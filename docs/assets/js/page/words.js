/**
 * Words as the pages write them.
 *
 * @module
 */

/** Such as 1 attempt, 2 attempts. @param {number} number @param {string} word */
export const many = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;

/** @param {string} text */
export const capital = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);
