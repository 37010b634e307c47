/**
 * Python literals as a reader types them: True, 3, 0.5, "float32", None, [4.0, 6.0].
 *
 * @module
 */

/** @typedef {boolean | number | string | null | Value[]} Value */

const NUMBER =
  /^[+-]?(?:inf|nan|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)(?!\w)/;
/** @type {Record<string, Value>} */
const WORDS = { True: true, False: false, None: null };
/** @type {Record<string, string>} */
const ESCAPES = { n: "\n", t: "\t", "\\": "\\", "'": "'", '"': '"' };
/** @type {Record<string, string>} */
const CLOSING = { "[": "]", "(": ")" };

class Reader {
  at = 0;

  /** @param {string} text */
  constructor(text) {
    this.text = text;
  }

  get rest() {
    return this.text.slice(this.at);
  }

  space() {
    this.at += (/^\s*/.exec(this.rest)?.[0] ?? "").length;
  }

  /** @returns {Value} */
  value() {
    this.space();
    const first = this.text[this.at] ?? "";
    if (first in CLOSING) return this.sequence(CLOSING[first] ?? "");
    if (first === "'" || first === '"') return this.string(first);
    const number = NUMBER.exec(this.rest)?.[0];
    if (number !== undefined) return this.number(number);
    const word = /^[\w.]+/.exec(this.rest)?.[0] ?? "";
    if (Object.hasOwn(WORDS, word)) {
      this.at += word.length;
      return WORDS[word] ?? null;
    }
    if (word in { true: 1, false: 1, none: 1 })
      throw new SyntaxError(`Python writes ${word[0]?.toUpperCase()}${word.slice(1)}`);
    if (word) throw new SyntaxError(`text goes in quotes: "${word}"`);
    throw new SyntaxError(
      first ? `“${first}” does not fit here` : "a value is missing",
    );
  }

  /** @param {string} text @returns {number} */
  number(text) {
    this.at += text.length;
    const plain = text.replaceAll("_", "").toLowerCase();
    if (plain.endsWith("inf")) return plain.startsWith("-") ? -Infinity : Infinity;
    return plain.endsWith("nan") ? NaN : Number(plain);
  }

  /** @param {string} quote @returns {string} */
  string(quote) {
    let value = "";
    for (this.at += 1; this.at < this.text.length; this.at += 1) {
      let letter = this.text[this.at] ?? "";
      if (letter === quote) {
        this.at += 1;
        return value;
      }
      if (letter === "\\") {
        this.at += 1;
        const escaped = this.text[this.at] ?? "";
        letter = ESCAPES[escaped] ?? `\\${escaped}`;
      }
      value += letter;
    }
    throw new SyntaxError(`the closing ${quote} is missing`);
  }

  /** @param {string} closing @returns {Value} */
  sequence(closing) {
    this.at += 1;
    /** @type {Value[]} */
    const values = [];
    for (let comma = true; ;) {
      this.space();
      if (this.text[this.at] === closing) {
        this.at += 1;
        // (3) is a number in brackets, (3,) a tuple
        return closing === ")" && values.length === 1 && !comma
          ? (values[0] ?? null)
          : values;
      }
      if (this.at >= this.text.length)
        throw new SyntaxError(`the closing ${closing} is missing`);
      if (!comma) throw new SyntaxError("a comma is missing");
      values.push(this.value());
      this.space();
      comma = this.text[this.at] === ",";
      if (comma) this.at += 1;
    }
  }
}

/**
 * The value of a literal. A tuple is read as a list.
 *
 * @param {string} text
 * @returns {Value}
 * @throws {SyntaxError} saying what is wrong with it
 */
export function literal(text) {
  const reader = new Reader(text.trim());
  const value = reader.value();
  reader.space();
  if (reader.rest) throw new SyntaxError(`“${reader.rest}” is too much`);
  return value;
}

const TOLERANCE = 1e-6;

/**
 * Whether a typed value is the true one: numbers to 1e-6, True is not 1. What JSON has
 * no number for is in it as the text "nan", "inf" or "-inf".
 *
 * @param {Value} typed
 * @param {Value} truth
 * @returns {boolean}
 */
export function same(typed, truth) {
  if (Array.isArray(typed))
    return (
      Array.isArray(truth) &&
      typed.length === truth.length &&
      typed.every((value, index) => same(value, truth[index] ?? null))
    );
  if (typeof typed === "number" && !Number.isFinite(typed))
    return String(typed).replace("Infinity", "inf").toLowerCase() === truth;
  if (typeof typed === "number" && typeof truth === "number")
    return Math.abs(typed - truth) <= TOLERANCE * Math.max(1, Math.abs(truth));
  return bare(typed) === bare(truth);
}

/** A dtype may be written with or without its module. @param {Value} value */
const bare = (value) =>
  typeof value === "string" ? value.replace(/^torch\./, "") : value;
