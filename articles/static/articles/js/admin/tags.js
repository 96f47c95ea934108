// A field of tags separated by commas → chips, and a combobox that completes tags and synonyms.

import { announce } from "../announce.js";
import { Listbox } from "./listbox.js";
import { debounce, format, getJSON, messages, permissions, RequestError, urls } from "./server.js";
import { joinTags, parseTags, parseTyped } from "./tag-list.js";

// `store` is the form field: it becomes hidden and keeps the names.
export function completeTags(store) {
  const { field, chips, box, errors } = build(store);
  const pending = [];
  const initial = parseTags(store.value);
  let tags = [...initial];

  // Unfinished text is a tag, too, if the form is submitted.
  const updateStore = () => {
    store.value = joinTags([...tags, ...pending, ...parseTags(field.value)]);
    store.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const render = () => {
    chips.replaceChildren(...tags.map((tag) => chip(tag, () => remove(tag))));
    updateStore();
  };
  const replaceTags = (names) => {
    tags = names;
    pending.length = 0;
    field.value = "";
    render();
  };
  const add = (name) => {
    if (tags.some((tag) => isSame(tag, name))) {
      updateStore();
      announce(format(messages.duplicate_tag, { tag: name }));
      return;
    }
    tags.push(name);
    render();
    announce(format(messages.tag_added, { tag: name }));
  };
  const remove = (name) => {
    tags = tags.filter((tag) => tag !== name);
    render();
    field.focus();
    announce(format(messages.tag_removed, { tag: name }));
  };
  // Names are resolved one after another, so that tags keep the order in which they were entered.
  let queue = Promise.resolve();
  const enqueue = (name) => {
    suggest.cancel();
    listbox.close();
    pending.push(name);
    queue = queue.then(() => resolve(name));
  };
  // Add the existing tag of this name or synonym, or a new tag.
  const resolve = async (name) => {
    const results = await fetchTags(name);
    const match = results.find(({ text, synonym }) => isSame(text, name) || isSame(synonym, name));
    const index = pending.indexOf(name);
    if (index === -1) return;
    pending.splice(index, 1);
    if (match) add(match.text);
    else if (permissions.add_tag) add(name);
    else {
      field.value = [name, field.value].filter(Boolean).join(" ");
      updateStore();
      errors.textContent = format(messages.unknown_tag, { tag: name });
    }
  };

  const listbox = new Listbox(field, {
    label: messages.tags,
    anchor: () => box.getBoundingClientRect(),
    onSelect: (option) => {
      field.value = "";
      add(option.name);
    },
  });
  const suggest = debounce(async (signal) => {
    const results = await fetchTags(field.value.replace(/^\s*"/, "").trim(), signal);
    const options = results
      .filter(({ text }) => !tags.some((tag) => isSame(tag, text)))
      .map(({ text, synonym, usage }) => ({
        label: synonym || text,
        note: synonym ? `→ ${text}` : String(usage),
        name: text,
      }));
    if (document.activeElement === field) listbox.show(options);
  }, 120);

  const onInput = (event) => {
    if (event.isComposing) return;
    errors.textContent = "";
    const { tags: typed, rest } = parseTyped(field.value);
    if (rest !== field.value) field.value = rest;
    typed.forEach(enqueue);
    updateStore();
    if (field.value.trim()) {
      suggest();
    } else {
      suggest.cancel();
      listbox.close();
    }
  };
  field.addEventListener("input", onInput);
  field.addEventListener("compositionend", onInput);
  field.addEventListener("keydown", (event) => {
    if (listbox.handleKey(event) || event.isComposing) return;
    const text = field.value.trim();
    if (event.key === "Enter" && text) {
      event.preventDefault();
      field.value = "";
      parseTags(text).forEach(enqueue);
    } else if (event.key === "ArrowDown" && text) {
      event.preventDefault();
      suggest();
    } else if (event.key === "Backspace" && !field.value && tags.length) {
      remove(tags.at(-1));
    }
  });
  store.addEventListener("restore", () => replaceTags(parseTags(store.value)));
  store.form.addEventListener("reset", () => replaceTags([...initial]));
  box.addEventListener("click", (event) => event.target === box && field.focus());
  render();
}

async function fetchTags(text, signal) {
  try {
    return (await getJSON(urls.tags, { q: text }, signal)).results;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    announce(error.message);
    return [];
  }
}

// Hide the form field, and give its id, and so its label, to a new text field.
function build(store) {
  const field = document.createElement("input");
  field.type = "text";
  field.id = store.id;
  field.dir = "auto";
  field.autocomplete = "off";
  field.maxLength = 100;
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-expanded", "false");
  field.setAttribute("aria-autocomplete", "list");
  for (const name of ["aria-describedby", "aria-invalid"]) {
    if (store.hasAttribute(name)) field.setAttribute(name, store.getAttribute(name));
  }
  const chips = document.createElement("ul");
  chips.className = "tag-chips";
  chips.setAttribute("aria-label", messages.selected_tags);
  const box = document.createElement("div");
  box.className = "tag-input";
  box.append(chips, field);
  store.removeAttribute("id");
  store.type = "hidden";
  const errors = document.createElement("p");
  errors.className = "field-error";
  errors.setAttribute("role", "alert");
  store.after(box, errors);
  return { field, chips, box, errors };
}

function chip(tag, remove) {
  const item = document.createElement("li");
  const text = document.createElement("span");
  text.dir = "auto";
  text.textContent = tag;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "×";
  button.setAttribute("aria-label", format(messages.remove_tag, { tag }));
  button.addEventListener("click", remove);
  item.append(text, button);
  return item;
}

// An approximation: the server compares folded names when the form is saved.
function isSame(first = "", second = "") {
  return first.normalize("NFKC").toLowerCase() === second.normalize("NFKC").toLowerCase();
}
