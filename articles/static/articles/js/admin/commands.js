// Commands of the toolbar and the shortcuts: each changes the text of a textarea.

import { messages } from "./server.js";
import { changeLines, insertBlock, replace, selectedText, toggleMarkup } from "./textarea.js";

const NEXT_HEADING = { "": "## ", "## ": "### ", "### ": "" };
const URL_PATTERN = /^\w+:\/\/\S+$/;

export const commands = {
  heading: (textarea) =>
    changeLines(textarea, (lines) =>
      lines.map((line) => {
        const [prefix] = line.match(/^#+ /) ?? [""];
        return (NEXT_HEADING[prefix] ?? "") + line.slice(prefix.length);
      }),
    ),
  bold: (textarea) => toggleMarkup(textarea, "**", "**", messages.bold),
  italic: (textarea) => toggleMarkup(textarea, "*", "*", messages.italic),
  list: (textarea) => togglePrefix(textarea, "- "),
  quote: (textarea) => togglePrefix(textarea, "> "),
  link,
  wikilink: (textarea) => textarea.dispatchEvent(new CustomEvent("editor:wikilink")),
  table: (textarea) => insertBlock(textarea, messages.table, messages.column),
  footnote,
};

function togglePrefix(textarea, prefix) {
  changeLines(textarea, (lines) => {
    const prefixed = lines.every((line) => line.startsWith(prefix));
    return lines.map((line) => (prefixed ? line.slice(prefix.length) : prefix + line));
  });
}

function link(textarea) {
  const text = selectedText(textarea);
  const start = textarea.selectionStart;
  if (URL_PATTERN.test(text)) {
    replace(textarea, start, textarea.selectionEnd, `[${messages.link}](${text})`);
    textarea.setSelectionRange(start + 1, start + 1 + messages.link.length);
    return;
  }
  const label = text || messages.link;
  replace(textarea, start, textarea.selectionEnd, `[${label}](https://)`);
  const url = start + label.length + 3;
  textarea.setSelectionRange(url, url + "https://".length);
}

// Insert a reference at the caret and the footnote at the end, and select the text of the footnote.
function footnote(textarea) {
  const numbers = [...textarea.value.matchAll(/\[\^(\d+)\]/g)].map((match) => Number(match[1]));
  const reference = `[^${Math.max(0, ...numbers) + 1}]`;
  replace(textarea, textarea.selectionEnd, textarea.selectionEnd, reference);
  const end = textarea.value.trimEnd().length;
  replace(textarea, end, textarea.value.length, `\n\n${reference}: ${messages.note}\n`);
  const start = textarea.value.lastIndexOf(messages.note);
  textarea.setSelectionRange(start, start + messages.note.length);
}
