// The text of a list of tags → the tags, and back, as the server reads it (CSV, RFC 4180): a tag
// that contains a separator stands in quotation marks.

const SEPARATORS = ",،、，﹐﹑︐\n\r";
const SEPARATOR = new RegExp(`[${SEPARATORS}]`);
const QUOTED = new RegExp(`\\s*"((?:[^"]|"")*)"\\s*(?=[${SEPARATORS}]|$)`, "y");

export function parseTags(text) {
  const { tags, rest } = parseTyped(text, { isComplete: true });
  return [...tags, rest].filter(Boolean);
}

export function joinTags(tags) {
  return tags.map(quote).join(", ");
}

function quote(tag) {
  const isPlain = !tag.startsWith('"') && !SEPARATOR.test(tag);
  return isPlain ? tag : `"${tag.replaceAll('"', '""')}"`;
}

// Return the tags before the last separator, and the text after it, to which the user may add.
// A quotation mark that isn't closed yet keeps the separators after it in one tag.
export function parseTyped(text, { isComplete = false } = {}) {
  const tags = [];
  let start = 0;
  while (true) {
    QUOTED.lastIndex = start;
    const quoted = QUOTED.exec(text);
    const isOpen = !quoted && !isComplete && text.slice(start).trimStart().startsWith('"');
    const end = quoted ? QUOTED.lastIndex : isOpen ? text.length : nextSeparator(text, start);
    const tag = quoted ? quoted[1].replaceAll('""', '"') : text.slice(start, end);
    if (end === text.length) return { tags, rest: isComplete ? tag.trim() : text.slice(start) };
    if (tag.trim()) tags.push(tag.trim());
    start = end + 1;
  }
}

function nextSeparator(text, start) {
  const offset = text.slice(start).search(SEPARATOR);
  return offset === -1 ? text.length : start + offset;
}
