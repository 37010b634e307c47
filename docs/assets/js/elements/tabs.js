/**
 * The parts of a question as tabs; without scripts they stand below each other, and the
 * tabs are links to them.
 *
 * @module
 */

export class BackprepTabs extends HTMLElement {
  /** @type {HTMLAnchorElement[]} */
  #tabs = [];

  connectedCallback() {
    this.#tabs = [...this.querySelectorAll("a")];
    this.setAttribute("role", "tablist");
    for (const tab of this.#tabs) {
      const panel = this.#panel(tab);
      tab.id = `tab-${panel?.id}`;
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-controls", panel?.id ?? "");
      panel?.setAttribute("role", "tabpanel");
      panel?.setAttribute("aria-labelledby", tab.id);
      tab.onclick = (event) => {
        event.preventDefault();
        event.stopPropagation(); // it is no way to another page
        this.choose(tab);
        this.#keep(tab);
      };
    }
    this.onkeydown = (/** @type {KeyboardEvent} */ event) => this.#key(event);
    this.sought = () => this.#seek();
    addEventListener("hashchange", this.sought);
    const [first] = this.#tabs;
    if (first && !this.#seek()) this.choose(first);
  }

  disconnectedCallback() {
    if (this.sought) removeEventListener("hashchange", this.sought);
  }

  /** @param {HTMLAnchorElement} tab */
  #panel(tab) {
    return document.getElementById(tab.hash.slice(1));
  }

  /** Shows a part, and hides the others. @param {HTMLAnchorElement} chosen */
  choose(chosen) {
    for (const tab of this.#tabs) {
      const on = tab === chosen;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      const panel = this.#panel(tab);
      if (panel) panel.hidden = !on;
    }
  }

  /** Shows the part that holds what the address names. */
  #seek() {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    const tab =
      target && this.#tabs.find((tab) => this.#panel(tab)?.contains(target));
    if (tab) this.choose(tab);
    return tab;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const at = this.#tabs.indexOf(/** @type {HTMLAnchorElement} */ (event.target));
    const [last, count] = [this.#tabs.length - 1, this.#tabs.length];
    const to = {
      ArrowLeft: (at + last) % count,
      ArrowRight: (at + 1) % count,
      Home: 0,
      End: last,
    }[event.key];
    const tab = to === undefined || at < 0 ? undefined : this.#tabs[to];
    if (!tab) return;
    event.preventDefault();
    this.choose(tab);
    this.#keep(tab);
    tab.focus();
  }

  /** Writes the part that was chosen into the address, for when the page comes again. */
  /** @param {HTMLAnchorElement} tab */
  #keep(tab) {
    const address = tab === this.#tabs[0] ? location.pathname + location.search : tab.hash;
    history.replaceState(history.state, "", address);
  }
}

/** Shows the part of the page's tabs that holds a node. @param {Element} node */
export function bringUp(node) {
  const panel = node.closest("[role=tabpanel]");
  const tabs = document.querySelector("backprep-tabs");
  const tab = panel && document.getElementById(`tab-${panel.id}`);
  if (tab instanceof HTMLAnchorElement && tabs instanceof BackprepTabs) tabs.choose(tab);
}
