// Keyboard shortcuts of the editor, and the dialog that lists them.

const IS_MAC = /Mac|iP(hone|ad)/.test(navigator.platform);
// Key combinations with Ctrl, or Command on a Mac, as in aria-keyshortcuts.
const SHORTCUTS = {
  B: "bold",
  I: "italic",
  K: "link",
  "Shift+K": "wikilink",
  "Shift+H": "heading",
  "Shift+L": "list",
  "Shift+Q": "quote",
};

export function addShortcuts(form, textarea, run) {
  const dialog = document.getElementById("shortcuts_dialog");
  for (const key of dialog.querySelectorAll("kbd[data-modifier]")) key.textContent = IS_MAC ? "⌘" : "Ctrl";
  for (const [keys, command] of Object.entries(SHORTCUTS)) {
    const button = form.querySelector(`button[data-command=${command}]`);
    button?.setAttribute("aria-keyshortcuts", `${IS_MAC ? "Meta" : "Control"}+${keys}`);
  }
  textarea.addEventListener("keydown", (event) => {
    const command = SHORTCUTS[combination(event)];
    if (!command) return;
    event.preventDefault();
    run(command);
  });
  // Wherever the focus is: after the page has loaded, it is on no control.
  document.addEventListener("keydown", (event) => {
    const save = form.querySelector("[name=_draft], [name=_continue]");
    if (combination(event) === "S" && save) {
      event.preventDefault();
      form.requestSubmit(save);
    } else if (combination(event) === "/") {
      event.preventDefault();
      if (!dialog.open) dialog.showModal();
    }
  });
}

// The keys pressed together with the modifier, such as "Shift+K"; empty without the modifier.
function combination(event) {
  const modifier = IS_MAC ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  if (!modifier || event.altKey || event.isComposing) return "";
  // On a keyboard for another script, use the physical key.
  const key = /^[a-z/?]$/i.test(event.key) ? event.key : event.code.replace(/^Key/, "");
  if (key === "/" || key === "?" || key === "Slash") return "/";
  return (event.shiftKey ? "Shift+" : "") + key.toUpperCase();
}
