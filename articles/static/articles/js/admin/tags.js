// A field of tags parted by commas → chips, and a combobox that knows tags and their synonyms.

import { announce } from "./announce.js";
import { Listbox } from "./listbox.js";
import { ask, debounced, messages, permissions, Refusal, say, urls } from "./server.js";

const COMMA = /[,،、،，﹐﹑︐\n]/;

export function completeTags(store) {
  const { field, chips, box, note } = build(store);
  const pending = [];
  let tags = split(store.value);

  const draw = () => {
    chips.replaceChildren(...tags.map((tag) => chip(tag, () => remove(tag))));
    store.value = tags.join(", ");
    store.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const add = (name) => {
    if (tags.some((tag) => same(tag, name))) {
      announce(say(messages.duplicate_tag, { tag: name }));
      return;
    }
    tags.push(name);
    draw();
    announce(say(messages.tag_added, { tag: name }));
  };
  const remove = (name) => {
    tags = tags.filter((tag) => tag !== name);
    draw();
    field.focus();
    announce(say(messages.tag_removed, { tag: name }));
  };
  // Words become tags one after the other; what is typed meanwhile is not touched.
  let entered = Promise.resolve();
  const enter = (name) => {
    look.cancel();
    listbox.close();
    pending.push(name);
    entered = entered.then(() => identify(name));
  };
  // Asks the server which tag a word means.
  const identify = async (name) => {
    const known = (await found(name)).find(({ text, synonym }) => same(text, name) || same(synonym, name));
    pending.splice(pending.indexOf(name), 1);
    if (known) add(known.text);
    else if (permissions.add_tag) add(name);
    else {
      field.value = [name, field.value].filter(Boolean).join(" ");
      note.textContent = say(messages.unknown_tag, { tag: name });
    }
  };

  const listbox = new Listbox(field, {
    label: messages.tags,
    place: () => box.getBoundingClientRect(),
    choose: (choice) => {
      field.value = "";
      add(choice.name);
    },
  });
  const look = debounced(async (signal) => {
    const results = await found(field.value.trim(), signal);
    const choices = results
      .filter(({ text }) => !tags.some((tag) => same(tag, text)))
      .map(({ text, synonym, usage }) => ({
        label: synonym || text,
        note: synonym ? `→ ${text}` : String(usage),
        name: text,
      }));
    if (document.activeElement === field) listbox.show(choices);
  }, 120);

  const type = (event) => {
    if (event.isComposing) return;
    note.textContent = "";
    const parts = field.value.split(COMMA);
    const rest = parts.pop();
    if (parts.length) {
      field.value = rest;
      parts.map((part) => part.trim()).filter(Boolean).forEach(enter);
    }
    if (field.value.trim()) {
      look();
    } else {
      look.cancel();
      listbox.close();
    }
  };
  field.addEventListener("input", type);
  field.addEventListener("compositionend", type);
  field.addEventListener("keydown", (event) => {
    if (listbox.press(event) || event.isComposing) return;
    const typed = field.value.trim();
    if (event.key === "Enter" && typed) {
      event.preventDefault();
      field.value = "";
      enter(typed);
    } else if (event.key === "ArrowDown" && typed) {
      event.preventDefault();
      look();
    } else if (event.key === "Backspace" && !field.value && tags.length) {
      remove(tags.at(-1));
    }
  });
  // What was typed and not finished counts when the form is sent; the server reads commas.
  store.form.addEventListener("submit", () => {
    store.value = [...tags, ...pending, field.value.trim()].filter(Boolean).join(", ");
  });
  box.addEventListener("click", (event) => event.target === box && field.focus());
  draw();
}

async function found(text, signal) {
  try {
    return (await ask(urls.tags, { q: text }, signal)).results;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    announce(error.message);
    return [];
  }
}

// The field of the form keeps the names and goes out of sight; a new one takes over its label.
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
  const note = document.createElement("p");
  note.className = "field-error";
  note.setAttribute("role", "alert");
  store.after(box, note);
  return { field, chips, box, note };
}

function chip(tag, remove) {
  const item = document.createElement("li");
  const text = document.createElement("span");
  text.dir = "auto";
  text.textContent = tag;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "×";
  button.setAttribute("aria-label", say(messages.remove_tag, { tag }));
  button.addEventListener("click", remove);
  item.append(text, button);
  return item;
}

function split(text) {
  return text.split(COMMA).map((part) => part.trim()).filter(Boolean);
}

// Good enough for an eye; the server compares by its own rule.
function same(one = "", other = "") {
  return one.normalize("NFKC").toLowerCase() === other.normalize("NFKC").toLowerCase();
}
