// Items of lists and lines of quotes: Enter begins the next one, and ends the list on an empty one.
// Tab and Shift+Tab indent items. Escape gives Tab its usual meaning back until the text changes.

import { changeLines, replace } from "./textarea.js";

const PREFIX = /^(?<indent>[ \t]*)(?<quote>(?:>[ \t]?)*)(?<marker>(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?)?/;
const ITEM = /^[ \t]*([-*+]|\d{1,9}[.)])[ \t]/;
const NUMBER = /^\d+/;
const FENCE = /^[ \t]*(?:```|~~~)/gm;

export function continueLists(textarea) {
  let isTabFree = false;
  textarea.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") isTabFree = true;
    else if (event.key === "Enter" && !event.shiftKey && beginItem(textarea)) event.preventDefault();
    else if (event.key === "Tab" && !isTabFree && indentItems(textarea, event.shiftKey)) event.preventDefault();
  });
  for (const name of ["input", "focus"]) textarea.addEventListener(name, () => (isTabFree = false));
}

// Return whether the caret is in an item or a quote, which then continues on a new line or ends.
function beginItem(textarea) {
  const { value, selectionStart: caret, selectionEnd } = textarea;
  const start = value.lastIndexOf("\n", caret - 1) + 1;
  const end = value.indexOf("\n", caret);
  const line = value.slice(start, end === -1 ? value.length : end);
  const [prefix] = PREFIX.exec(line);
  const { indent, quote, marker } = PREFIX.exec(line).groups;
  if (caret !== selectionEnd || !(quote || marker) || caret - start < prefix.length) return false;
  if (isInCode(value.slice(0, start))) return false;
  if (line.length > prefix.length) {
    replace(textarea, caret, caret, `\n${indent}${quote}${nextMarker(marker)}`);
  } else if (marker && indent) {
    indentItems(textarea, true);
  } else {
    replace(textarea, start, start + line.length, marker ? quote : "");
  }
  return true;
}

function nextMarker(marker = "") {
  return marker.replace(NUMBER, (number) => Number(number) + 1).replace(/\[[xX]\]/, "[ ]");
}

function isInCode(before) {
  return (before.match(FENCE)?.length ?? 0) % 2 === 1;
}

// Indent the selected items by the width of their marker, or back. Return whether there are any.
function indentItems(textarea, back) {
  const { value, selectionStart, selectionEnd } = textarea;
  const start = value.lastIndexOf("\n", selectionStart - 1) + 1;
  const [line] = value.slice(start).split("\n", 1);
  const marker = ITEM.exec(line)?.[1];
  if (!marker || isInCode(value.slice(0, start))) return false;
  const width = marker.length + 1;
  const outdent = new RegExp(`^(?:\t| {1,${width}})`);
  const change = (text) => (back ? text.replace(outdent, "") : text && " ".repeat(width) + text);
  changeLines(textarea, (lines) => lines.map(change));
  if (!value.slice(selectionStart, selectionEnd).includes("\n")) {
    const moved = (index) => Math.max(start, index + change(line).length - line.length);
    textarea.setSelectionRange(moved(selectionStart), moved(selectionEnd));
  }
  return true;
}
