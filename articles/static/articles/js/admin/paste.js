// Pasting: formatted text becomes Markdown, and a URL over selected text a link. Ctrl+Shift+V pastes
// plain text.

import { toMarkdown } from "./html-to-markdown.js";
import { replace, selectedText } from "./textarea.js";

const URL_PATTERN = /^https?:\/\/[^\s()<>]+$/;

export function pasteMarkdown(textarea) {
  textarea.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain");
    const markdown = linkFor(selectedText(textarea), text.trim()) ?? toMarkdown(event.clipboardData.getData("text/html"));
    if (!markdown) return;
    event.preventDefault();
    replace(textarea, textarea.selectionStart, textarea.selectionEnd, markdown);
  });
}

function linkFor(selected, url) {
  const isLabel = selected.trim() && !/[\n[\]]/.test(selected) && !URL_PATTERN.test(selected.trim());
  return isLabel && URL_PATTERN.test(url) ? `[${selected}](${url})` : undefined;
}
