// Completion of wikilinks: "[[" suggests article names, "#" the sections of an article, and a name
// without an article a stub.

import { announce } from "../announce.js";
import { caretPosition } from "./caret.js";
import { linkText } from "./link-text.js";
import { Listbox } from "./listbox.js";
import { debounce, format, getJSON, messages, permissions, postForm, RequestError, urls } from "./server.js";
import { replace, selectedText } from "./textarea.js";

const OPEN_LINK = /\[\[([^[\]|\n]*)$/;
const MAX_LENGTH = 200;
const MAX_SECTIONS = 12;
// Characters with a meaning in a target: those that would end the name, escapes and entities.
const SPECIAL = /[\\[\]]|#(?=[^#])|&(?=#?\w+;)/g;
// Attributes of a heading, such as {#id}, are not part of its text.
const ATTRIBUTES = /\s*\{:?\s*[#.][^{}]*\}$/;
const KIND_MESSAGES = { alias: "alias_of", former: "former_name_of", slug: "slug_of" };

export function completeWikilinks(textarea, { language, showError }) {
  let label = "";
  let lastQuery = null;
  const listbox = new Listbox(textarea, {
    label: messages.article_names,
    anchor: () => caretPosition(textarea),
    onSelect: (option) => (option.isStub ? createStub(option.name) : insert(option.target, option.text)),
  });

  // The text that was selected is the label, or else `text`.
  const insert = (target, text = "") => {
    const link = linkAtCaret(textarea);
    if (!link) return;
    const close = textarea.value.startsWith("]]", textarea.selectionStart) ? 2 : 0;
    const shown = label || text;
    const part = shown && escapeTarget(shown) !== target ? `|${shown.replace(/[\\[\]]/g, "\\$&")}` : "";
    replace(textarea, link.start, textarea.selectionStart + close, `[[${target}${part}]]`);
    label = "";
  };

  const createStub = async (title) => {
    try {
      const stub = await postForm(urls.stub, { title, language: language() });
      insert(escapeTarget(stub.title));
      announce(format(messages.stub_created, { title: stub.title }));
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      showError(error.message);
    }
  };

  const suggest = debounce(async (signal, query) => {
    const options = await suggestions(textarea, query, showError, signal);
    const isCurrent = linkAtCaret(textarea)?.query === query;
    if (isCurrent && document.activeElement === textarea) listbox.show(options);
  }, 120);

  const update = (event) => {
    if (event?.isComposing) return;
    const link = linkAtCaret(textarea);
    if (link?.query === lastQuery) return;
    lastQuery = link?.query ?? null;
    if (link) {
      suggest(link.query);
    } else {
      suggest.cancel();
      listbox.close();
      label = "";
    }
  };

  textarea.setAttribute("aria-autocomplete", "list");
  textarea.setAttribute("aria-haspopup", "listbox");
  textarea.addEventListener("input", update);
  textarea.addEventListener("compositionend", update);
  textarea.addEventListener("keydown", (event) => listbox.handleKey(event));
  textarea.addEventListener("blur", () => suggest.cancel());
  document.addEventListener("selectionchange", () => {
    // Moving the caret closes the listbox; only typing opens it.
    if (document.activeElement === textarea && !linkAtCaret(textarea)) update();
  });
  // The toolbar: the selection becomes the query, and the label of the link.
  textarea.addEventListener("editor:wikilink", () => {
    const text = selectedText(textarea).replace(/[[\]|\n]/g, " ").trim();
    const start = textarea.selectionStart;
    lastQuery = null;
    replace(textarea, start, textarea.selectionEnd, `[[${text}]]`);
    textarea.setSelectionRange(start + 2 + text.length, start + 2 + text.length);
    label = text;
    lastQuery = null;
    update();
  });
}

// A bar separates the label even after a backslash.
function escapeTarget(text) {
  return text.replace(SPECIAL, "\\$&").replaceAll("|", "&#124;");
}

// The wikilink that is not closed before the caret, or null.
function linkAtCaret(textarea) {
  const { selectionStart: caret, selectionEnd, value } = textarea;
  if (caret !== selectionEnd) return null;
  const match = OPEN_LINK.exec(value.slice(Math.max(0, caret - MAX_LENGTH), caret));
  return match && { query: match[1], start: caret - match[0].length };
}

async function suggestions(textarea, query, showError, signal) {
  // The last "#" separates name and section, unless it ends the name, as in "C#".
  const [, name, section] = /^(.*)#([^#]*)$/.exec(query) ?? [];
  try {
    const options = name === undefined ? [] : await suggestSections(textarea, name, section, signal);
    if (options.length || section) return options;
    const articles = await suggestArticles(query, signal);
    return name === undefined ? articles : articles.filter(({ label, isStub }) => !isStub && label.includes("#"));
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    showError(error.message);
    return [];
  }
}

async function suggestArticles(query, signal) {
  const { results } = await getJSON(urls.names, { q: query }, signal);
  const options = results.map(({ text, kind, title, status }) => ({
    label: text,
    note: [kind in KIND_MESSAGES ? format(messages[KIND_MESSAGES[kind]], { title }) : "", status]
      .filter(Boolean)
      .join(" · "),
    target: escapeTarget(title),
    text: linkText({ text, kind, title }, query),
  }));
  const name = query.trim();
  const exists = results.some(({ text }) => text.toLowerCase() === name.toLowerCase());
  if (permissions.add && name && !exists) {
    options.push({ label: format(messages.create_stub, { title: name }), isStub: true, name });
  }
  return options;
}

// Sections of the named article, or of this text if the name is empty.
async function suggestSections(textarea, name, query, signal) {
  const headings = name.trim()
    ? (await getJSON(urls.sections, { name }, signal)).results
    : ownHeadings(textarea.value);
  const text = query.trim().toLowerCase();
  return headings
    .filter((heading) => heading.toLowerCase().includes(text))
    .slice(0, MAX_SECTIONS)
    .map((heading) => ({ label: heading, note: messages.section, target: `${name}#${escapeTarget(heading)}` }));
}

function ownHeadings(source) {
  return [...source.matchAll(/^#{1,6} +(.*[^ #\n])/gm)].map((match) => match[1].replace(ATTRIBUTES, ""));
}
