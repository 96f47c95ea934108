// Commands of the toolbar and the shortcuts: each changes the text of a textarea.

import { messages } from "./server.js";
import { changeLines, insertBlock, replace, selectedText, toggleMarkup } from "./textarea.js";

const NEXT_HEADING = { "": "## ", "## ": "### ", "### ": "" };
const URL_PATTERN = /^\w+:\/\/\S+$/;
const ITEM = /^([ \t]*)(?:(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?)?/;

export const commands = {
  heading: (textarea) =>
    changeLines(textarea, (lines) =>
      lines.map((line) => {
        const [prefix] = line.match(/^#+ /) ?? [""];
        return (NEXT_HEADING[prefix] ?? "") + line.slice(prefix.length);
      }),
    ),
  heading2: (textarea) => toggleHeading(textarea, "## "),
  heading3: (textarea) => toggleHeading(textarea, "### "),
  heading4: (textarea) => toggleHeading(textarea, "#### "),
  bold: (textarea) => toggleMarkup(textarea, "**", "**", messages.bold),
  italic: (textarea) => toggleMarkup(textarea, "*", "*", messages.italic),
  list: (textarea) => toggleItems(textarea, /^[ \t]*[-*+][ \t]+(?!\[[ xX]\])/, () => "- "),
  numbered: (textarea) => toggleItems(textarea, /^[ \t]*\d{1,9}[.)][ \t]/, (index) => `${index + 1}. `),
  tasks: (textarea) => toggleItems(textarea, /^[ \t]*[-*+][ \t]+\[[ xX]\]/, () => "- [ ] "),
  quote: (textarea) => togglePrefix(textarea, "> "),
  link,
  wikilink: (textarea) => textarea.dispatchEvent(new CustomEvent("editor:wikilink")),
  callout: (textarea) => insertBlock(textarea, messages.callout, messages.callout_title),
  definition: (textarea) => insertBlock(textarea, messages.definition, messages.term),
  image,
  table: (textarea) => insertBlock(textarea, messages.table, messages.column),
  footnote,
};

function toggleHeading(textarea, mark) {
  changeLines(textarea, (lines) => {
    const isHeading = lines.every((line) => line.startsWith(mark));
    return lines.map((line) => (isHeading ? "" : mark) + line.replace(/^#+ /, ""));
  });
}

// Turn lines into items of a list, those of other lists too, or back into text.
function toggleItems(textarea, pattern, markerOf) {
  changeLines(textarea, (lines) => {
    const areItems = lines.every((line) => pattern.test(line));
    return lines.map((line, index) => line.replace(ITEM, (_prefix, indent) => indent + (areItems ? "" : markerOf(index))));
  });
}

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

function image(textarea) {
  const description = selectedText(textarea) || messages.image;
  const start = textarea.selectionStart;
  replace(textarea, start, textarea.selectionEnd, `![${description}](image.png)`);
  textarea.setSelectionRange(start + 2, start + 2 + description.length);
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
