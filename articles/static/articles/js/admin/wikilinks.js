// Typing [[ offers the names of articles, after # their sections, and at last to begin a new one.

import { announce } from "./announce.js";
import { caretPlace } from "./caret.js";
import { Listbox } from "./listbox.js";
import { ask, debounced, messages, permissions, Refusal, say, send, urls } from "./server.js";
import { replace, selected } from "./textarea.js";

const BEGUN = /\[\[([^[\]|\n]*)$/;
const LONGEST = 200;
const KINDS = { alias: "alias_of", former: "former_name_of", slug: "slug_of" };

export function completeWikilinks(area, { language, tell }) {
  let label = "";
  let asked = null;
  const listbox = new Listbox(area, {
    label: messages.article_names,
    place: () => caretPlace(area),
    choose: (choice) => (choice.stub ? begin(choice.name) : insert(choice.link)),
  });

  const insert = (name) => {
    const link = begun(area);
    if (!link) return;
    const close = area.value.startsWith("]]", area.selectionStart) ? 2 : 0;
    const shown = label && label !== name ? `|${label}` : "";
    replace(area, link.start, area.selectionStart + close, `[[${name}${shown}]]`);
    label = "";
  };

  const begin = async (title) => {
    try {
      const made = await send(urls.stub, { title, language: language() });
      insert(made.title);
      announce(say(messages.stub_created, { title: made.title }));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      tell(error.message);
    }
  };

  const look = debounced(async (signal, query) => {
    const choices = await found(area, query, tell, signal);
    if (begun(area)?.query === query && document.activeElement === area) listbox.show(choices);
  }, 120);

  const follow = (event) => {
    if (event?.isComposing) return;
    const link = begun(area);
    if (link?.query === asked) return;
    asked = link?.query ?? null;
    if (link) {
      look(link.query);
    } else {
      look.cancel();
      listbox.close();
      label = "";
    }
  };

  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-haspopup", "listbox");
  area.addEventListener("input", follow);
  area.addEventListener("compositionend", follow);
  area.addEventListener("keydown", (event) => listbox.press(event));
  area.addEventListener("blur", () => look.cancel());
  document.addEventListener("selectionchange", () => {
    // Moving through the text closes the list, but only typing opens it.
    if (document.activeElement === area && !begun(area)) follow();
  });
  area.addEventListener("editor:wikilink", () => {
    const text = selected(area).replace(/[[\]|\n]/g, " ").trim();
    const start = area.selectionStart;
    asked = null;
    replace(area, start, area.selectionEnd, `[[${text}]]`);
    area.setSelectionRange(start + 2 + text.length, start + 2 + text.length);
    label = text;
    asked = null;
    follow();
  });
}

// The link that is being written at the caret.
function begun(area) {
  if (area.selectionStart !== area.selectionEnd) return null;
  const before = area.value.slice(Math.max(0, area.selectionStart - LONGEST), area.selectionStart);
  const match = BEGUN.exec(before);
  return match && { query: match[1], start: area.selectionStart - match[0].length };
}

async function found(area, query, tell, signal) {
  // The last # parts name and section, unless it ends the name, as in "C#".
  const [, name, section] = /^(.*)#([^#]*)$/.exec(query) ?? [];
  try {
    const choices = name === undefined ? [] : await sections(area, name, section, signal);
    return choices.length || section ? choices : await articles(query, signal);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    tell(error.message);
    return [];
  }
}

async function articles(query, signal) {
  const { results } = await ask(urls.names, { q: query }, signal);
  const choices = results.map(({ text, kind, title, status }) => ({
    label: text,
    note: [kind in KINDS ? say(messages[KINDS[kind]], { title }) : "", status].filter(Boolean).join(" · "),
    link: kind === "title" || kind === "alias" ? text : title,
  }));
  const name = query.trim();
  const known = results.some(({ text }) => text.toLowerCase() === name.toLowerCase());
  if (permissions.add && name && !known) {
    choices.push({ label: say(messages.create_stub, { title: name }), stub: true, name });
  }
  return choices;
}

async function sections(area, name, begin, signal) {
  const headings = name.trim()
    ? (await ask(urls.sections, { name }, signal)).results
    : ownHeadings(area.value);
  const wanted = begin.trim().toLowerCase();
  return headings
    .filter((heading) => heading.toLowerCase().includes(wanted))
    .slice(0, 12)
    .map((heading) => ({ label: heading, note: messages.section, link: `${name}#${heading}` }));
}

function ownHeadings(source) {
  return [...source.matchAll(/^#{1,6} +(.+?)[ #]*$/gm)].map((match) => match[1]);
}
