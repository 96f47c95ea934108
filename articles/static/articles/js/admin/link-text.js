// What a completed link shows: the words of the sentence as they were typed, and no long title.

// A title with more characters gets a shorter label.
const MAX_LENGTH = 60;
const SUBTITLE = /\s*(?::\s|\s[–—-]\s|\().*$/su;
const REST_OF_WORD = /^[\p{L}\p{M}\p{N}'’]*/u;

// Return the label of a link to `title`, whose name `text` was found by what was `typed`; empty if the
// link can show the title itself.
export function linkText({ text, kind, title }, typed) {
  const query = typed.trim();
  if (isSame(query, text)) return query === title ? "" : query;
  const position = query ? text.toLowerCase().indexOf(query.toLowerCase()) : -1;
  // In the middle of a name: the words that were typed, the last one completed.
  if (position > 0) return query + REST_OF_WORD.exec(text.slice(position + query.length))[0];
  return kind === "alias" ? text : shortLabel(title);
}

function shortLabel(title) {
  if (title.length <= MAX_LENGTH) return "";
  const short = title.replace(SUBTITLE, "");
  return short === title ? "" : short;
}

function isSame(first, second) {
  return first.toLowerCase() === second.toLowerCase();
}
