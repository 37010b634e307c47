/** The copy buttons of blocks of code, whichever page they come from. @module */

const COPIED = 2000;

/** @param {MouseEvent} event */
async function copy({ target }) {
  const button = target instanceof Element ? target.closest(".bp-copy") : null;
  if (!(button instanceof HTMLElement)) return;
  const code = button.parentElement?.querySelector("code");
  const text = button.dataset.text ?? `${(code?.textContent ?? "").trimEnd()}\n`;
  let said = "Copied";
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    said = "Not allowed: select it";
  }
  button.setAttribute("aria-label", said);
  setTimeout(() => button.setAttribute("aria-label", "Copy"), COPIED);
}

document.addEventListener("click", copy);
