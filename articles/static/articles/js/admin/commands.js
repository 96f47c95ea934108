// What the buttons and keys of the editor do to the text.

import { messages } from "./server.js";
import { changeLines, insertBlock, replace, selected, wrap } from "./textarea.js";

const HEADINGS = { "": "## ", "## ": "### ", "### ": "" };
const ADDRESS = /^\w+:\/\/\S+$/;

export const commands = {
  heading: (area) =>
    changeLines(area, (lines) =>
      lines.map((line) => {
        const [marks] = line.match(/^#+ /) ?? [""];
        return (HEADINGS[marks] ?? "") + line.slice(marks.length);
      }),
    ),
  bold: (area) => wrap(area, "**", "**", messages.bold),
  italic: (area) => wrap(area, "*", "*", messages.italic),
  list: (area) => prefix(area, "- "),
  quote: (area) => prefix(area, "> "),
  link,
  wikilink: (area) => area.dispatchEvent(new CustomEvent("editor:wikilink")),
  table: (area) => insertBlock(area, messages.table, messages.column),
  footnote,
};

function prefix(area, mark) {
  changeLines(area, (lines) => {
    const all = lines.every((line) => line.startsWith(mark));
    return lines.map((line) => (all ? line.slice(mark.length) : mark + line));
  });
}

function link(area) {
  const text = selected(area);
  const start = area.selectionStart;
  if (ADDRESS.test(text)) {
    replace(area, start, area.selectionEnd, `[${messages.link}](${text})`);
    area.setSelectionRange(start + 1, start + 1 + messages.link.length);
    return;
  }
  const label = text || messages.link;
  replace(area, start, area.selectionEnd, `[${label}](https://)`);
  const address = start + label.length + 3;
  area.setSelectionRange(address, address + "https://".length);
}

// A reference here, and the note at the end, where the caret goes.
function footnote(area) {
  const used = [...area.value.matchAll(/\[\^(\d+)\]/g)].map((match) => Number(match[1]));
  const mark = `[^${Math.max(0, ...used) + 1}]`;
  replace(area, area.selectionEnd, area.selectionEnd, mark);
  const end = area.value.trimEnd().length;
  replace(area, end, area.value.length, `\n\n${mark}: ${messages.note}\n`);
  const start = area.value.lastIndexOf(messages.note);
  area.setSelectionRange(start, start + messages.note.length);
}
