// Changes to the text of a textarea that the browser's own undo takes back.

export function replace(area, start, end, text) {
  area.focus();
  area.setSelectionRange(start, end);
  if (start === end && !text) return;
  // Obsolete by its specification, and still the only way that keeps the undo history.
  const done = document.execCommand(text ? "insertText" : "delete", false, text);
  if (!done) {
    area.setRangeText(text, start, end, "end");
    area.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
}

export function selected(area) {
  return area.value.slice(area.selectionStart, area.selectionEnd);
}

// Puts marks around what is selected, or takes them away where they are; keeps it selected.
export function wrap(area, before, after, example) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const text = value.slice(start, end);
  if (value.slice(start - before.length, start) === before && value.startsWith(after, end)) {
    replace(area, start - before.length, end + after.length, text);
    area.setSelectionRange(start - before.length, end - before.length);
    return;
  }
  const inner = text || example;
  replace(area, start, end, before + inner + after);
  area.setSelectionRange(start + before.length, start + before.length + inner.length);
}

// Gives all lines that are touched by the selection to `change`, and selects what it makes of them.
export function changeLines(area, change) {
  const start = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const next = area.value.indexOf("\n", area.selectionEnd);
  const end = next === -1 ? area.value.length : next;
  const one = area.selectionStart === area.selectionEnd;
  const text = change(area.value.slice(start, end).split("\n")).join("\n");
  replace(area, start, end, text);
  area.setSelectionRange(one ? start + text.length : start, start + text.length);
}

// Puts a block of its own below the line of the caret, and selects `choice` within it.
export function insertBlock(area, block, choice) {
  const next = area.value.indexOf("\n", area.selectionEnd);
  const end = next === -1 ? area.value.length : next;
  const gap = area.value.slice(0, end).trim() ? "\n\n" : "";
  replace(area, end, end, `${gap}${block}\n`);
  const start = end + gap.length + block.indexOf(choice);
  area.setSelectionRange(start, start + choice.length);
}
