/**
 * What a browser keeps for its pages: nothing where that is forbidden, and no more where
 * it is full.
 *
 * @module
 */

/** @param {() => Storage} where to ask for it may be an error already */
const kept = (where) => ({
  /** @param {string} key @returns {string | null} */
  get(key) {
    try {
      return where().getItem(key);
    } catch {
      return null;
    }
  },
  /** @param {string} key @param {string | null} value null to forget it @returns {boolean} whether it is kept */
  set(key, value) {
    try {
      if (value === null) where().removeItem(key);
      else where().setItem(key, value);
      return true;
    } catch {
      return false;
    }
  },
});

/** For as long as the reader does not clear it. */
export const lasting = kept(() => localStorage);

/** For as long as the tab is open. */
export const ofTab = kept(() => sessionStorage);
