// Changes to the text of a textarea that keep the browser's undo history.

export function replace(textarea, start, end, text) {
  textarea.focus({ preventScroll: true });
  textarea.setSelectionRange(start, end);
  if (start === end && !text) return;
  // execCommand is deprecated, but there is no other way to keep the undo history.
  const done = document.execCommand(text ? "insertText" : "delete", false, text);
  if (!done) {
    textarea.setRangeText(text, start, end, "end");
    textarea.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
}

// Make `text` the value, by a change of what differs. The focus and the caret stay where they are.
export function replaceText(textarea, text) {
  const { value, selectionStart, selectionEnd } = textarea;
  const limit = Math.min(value.length, text.length);
  let start = 0;
  while (start < limit && value[start] === text[start]) start += 1;
  // Both halves of a surrogate pair are replaced together.
  if (isHighSurrogate(text, start - 1) || isHighSurrogate(value, start - 1)) start -= 1;
  let end = 0;
  while (end < limit - start && value.at(-1 - end) === text.at(-1 - end)) end += 1;
  if (end && isHighSurrogate(text, text.length - end - 1)) end -= 1;
  const focused = document.activeElement;
  replace(textarea, start, value.length - end, text.slice(start, text.length - end));
  const move = (position) => {
    if (position <= start) return position;
    return position < value.length - end ? text.length - end : position + text.length - value.length;
  };
  textarea.setSelectionRange(move(selectionStart), move(selectionEnd));
  focused?.focus({ preventScroll: true });
}

export function selectedText(textarea) {
  return textarea.value.slice(textarea.selectionStart, textarea.selectionEnd);
}

// Wrap the selection, or `placeholder`, in markup, or remove the markup; keep the text selected.
export function toggleMarkup(textarea, before, after, placeholder) {
  const { selectionStart: start, selectionEnd: end, value } = textarea;
  const text = value.slice(start, end);
  if (value.slice(start - before.length, start) === before && value.startsWith(after, end)) {
    replace(textarea, start - before.length, end + after.length, text);
    textarea.setSelectionRange(start - before.length, end - before.length);
    return;
  }
  const inner = text || placeholder;
  replace(textarea, start, end, before + inner + after);
  textarea.setSelectionRange(start + before.length, start + before.length + inner.length);
}

// Replace the lines of the selection by the result of `change(lines)`, and select them.
export function changeLines(textarea, change) {
  const start = textarea.value.lastIndexOf("\n", textarea.selectionStart - 1) + 1;
  const end = endOfLine(textarea);
  const isCaret = textarea.selectionStart === textarea.selectionEnd;
  const text = change(textarea.value.slice(start, end).split("\n")).join("\n");
  replace(textarea, start, end, text);
  textarea.setSelectionRange(isCaret ? start + text.length : start, start + text.length);
}

// Insert a block below the line of the caret, and select the first `placeholder` in it.
export function insertBlock(textarea, block, placeholder) {
  const end = endOfLine(textarea);
  const gap = textarea.value.slice(0, end).trim() ? "\n\n" : "";
  replace(textarea, end, end, `${gap}${block}\n`);
  const start = end + gap.length + block.indexOf(placeholder);
  textarea.setSelectionRange(start, start + placeholder.length);
}

function isHighSurrogate(text, index) {
  return /[\ud800-\udbff]/.test(text[index] ?? "");
}

function endOfLine(textarea) {
  const newline = textarea.value.indexOf("\n", textarea.selectionEnd);
  return newline === -1 ? textarea.value.length : newline;
}
