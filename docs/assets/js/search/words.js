/**
 * The words that a text, and a question put to the search, fall into.
 *
 * People type `dataloader`, `data loader` and `DataLoader`, and mean one thing: so a name
 * is kept under its parts and, in a text, under the whole of it as well.
 *
 * @module
 */

const NAME = /[\p{L}\p{N}_]+/gu;
const PART = /\p{Lu}+(?!\p{Ll})\d*|\p{Lu}?\p{Ll}+\d*|\p{L}+\d*|\d+/gu;
const IDLE = new Set("a an and as at by for in is it of on or the to with".split(" "));

/** What a query asks for: the parts of its names. @param {string} text */
export const asked = (text) => names(text).flatMap(parts).filter(telling);

/** What a text can be found by: the parts of its names, and each name as a whole. */
/** @param {string} text */
export const said = (text) => names(text).flatMap(forms).filter(telling);

/** A name in one word. @param {string} name */
export const joined = (name) => names(name).join("").replaceAll("_", "").toLowerCase();

/** @param {string} name */
const forms = (name) => [...new Set([...parts(name), joined(name)])];

/** Puts `mark` around the names in which one of `words` is found. */
/** @param {string} text @param {Set<string>} words @param {(name: string) => string} mark */
export const marked = (text, words, mark) =>
  text.replace(NAME, (name) =>
    forms(name).some((word) => words.has(word)) ? mark(name) : name,
  );

/** @param {string} text */
const names = (text) => text.match(NAME) ?? [];

/** @param {string} name */
const parts = (name) => (name.match(PART) ?? []).map((part) => part.toLowerCase());

/** @param {string} word */
const telling = (word) => word !== "" && !IDLE.has(word);
