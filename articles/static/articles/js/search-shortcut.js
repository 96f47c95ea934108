// The "/" key focuses the search field. WCAG 2.1.4: speech input may trigger shortcuts of a single
// character, so a button turns it off, and the browser remembers that.

const STORAGE_KEY = "no-slash";

export function enableSearchShortcut(field, button) {
  if (!field || !button) return;
  let enabled = !isDisabled();

  const render = () => {
    button.ariaPressed = String(enabled);
    if (enabled) field.setAttribute("aria-keyshortcuts", "/");
    else field.removeAttribute("aria-keyshortcuts");
  };

  button.addEventListener("click", () => {
    enabled = !enabled;
    store(enabled);
    render();
  });
  addEventListener("keydown", (event) => {
    if (!enabled || event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
  render();
  button.hidden = false;
}

function isDisabled() {
  try {
    return localStorage.getItem(STORAGE_KEY) !== null;
  } catch {
    return false;
  }
}

function store(enabled) {
  try {
    if (enabled) localStorage.removeItem(STORAGE_KEY);
    else localStorage.setItem(STORAGE_KEY, "1");
  } catch {
    // Without storage the choice is valid for this page only.
  }
}
