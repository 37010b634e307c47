/** How asking the judge can fail. @module */

/** The judge's answer is no, for the reason that its message gives. */
export class Refused extends Error {
  /** @param {number} status @param {string} message */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Nothing answers, or something that is not the judge. */
export class Gone extends Error {}
