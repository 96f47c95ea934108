// "/" goes to the search box. Who speaks to the computer may not want single letters to do things:
// a button switches it off, and the browser remembers that.

const OFF = "no-slash";

export function offerSlash(field, button) {
  if (!field || !button) return;
  let on = !remembered();

  const show = () => {
    button.ariaPressed = String(on);
    if (on) field.setAttribute("aria-keyshortcuts", "/");
    else field.removeAttribute("aria-keyshortcuts");
  };

  button.addEventListener("click", () => {
    on = !on;
    remember(!on);
    show();
  });
  addEventListener("keydown", (event) => {
    if (!on || event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
  show();
  button.hidden = false;
}

function remembered() {
  try {
    return localStorage.getItem(OFF) !== null;
  } catch {
    return false;
  }
}

function remember(off) {
  try {
    if (off) localStorage.setItem(OFF, "1");
    else localStorage.removeItem(OFF);
  } catch {
    // Without storage it holds for this page.
  }
}
