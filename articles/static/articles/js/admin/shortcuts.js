// Keys of the editor, and the dialog that lists them.

const MAC = /Mac|iP(hone|ad)/.test(navigator.platform);
// Written the way aria-keyshortcuts wants it, but for the modifier, which Macs call Meta.
const KEYS = {
  B: "bold",
  I: "italic",
  K: "link",
  "Shift+K": "wikilink",
  "Shift+H": "heading",
  "Shift+L": "list",
  "Shift+Q": "quote",
};

export function addShortcuts(form, area, run) {
  const help = document.getElementById("shortcuts_dialog");
  for (const key of help.querySelectorAll("kbd[data-modifier]")) key.textContent = MAC ? "⌘" : "Ctrl";
  for (const [keys, command] of Object.entries(KEYS)) {
    const button = form.querySelector(`button[data-command=${command}]`);
    button?.setAttribute("aria-keyshortcuts", `${MAC ? "Meta" : "Control"}+${keys}`);
  }
  area.addEventListener("keydown", (event) => {
    const command = KEYS[pressed(event)];
    if (!command) return;
    event.preventDefault();
    run(command);
  });
  form.addEventListener("keydown", (event) => {
    const save = form.querySelector("[name=_continue]");
    if (pressed(event) === "S" && save) {
      event.preventDefault();
      form.requestSubmit(save);
    } else if (pressed(event) === "/") {
      event.preventDefault();
      help.showModal();
    }
  });
}

function pressed(event) {
  const modifier = MAC ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  if (!modifier || event.altKey || event.isComposing) return "";
  // On a keyboard for another script the key's place on the board says which one is meant.
  const key = /^[a-z/?]$/i.test(event.key) ? event.key : event.code.replace(/^Key/, "");
  if (key === "/" || key === "?" || key === "Slash") return "/";
  return (event.shiftKey ? "Shift+" : "") + key.toUpperCase();
}
