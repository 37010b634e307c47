/** The copy buttons of blocks of code, whichever page they come from. @module */

const COPIED = 2000;

/** @param {MouseEvent} event */
async function copy({ target }) {
  const button = target instanceof Element ? target.closest(".bp-copy") : null;
  const code = button?.parentElement?.querySelector("code");
  if (!button || !code) return;
  let said = "Copied";
  try {
    await navigator.clipboard.writeText(`${(code.textContent ?? "").trimEnd()}\n`);
  } catch {
    said = "Not allowed: select it";
  }
  button.setAttribute("aria-label", said);
  setTimeout(() => button.setAttribute("aria-label", "Copy"), COPIED);
}

document.addEventListener("click", copy);
