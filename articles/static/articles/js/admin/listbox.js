// Choices under a text field that keeps the focus, as ARIA 1.2 wants them: arrows move, Enter and Tab
// choose, Esc closes, the mouse works too.

import { announce } from "./announce.js";
import { messages, say } from "./server.js";

let number = 0;

export class Listbox {
  // `place` tells where in the window the list is to stand, `choose` is given the choice made.
  constructor(field, { label, place, choose }) {
    this.field = field;
    this.place = place;
    this.choose = choose;
    this.choices = [];
    this.active = -1;
    this.list = document.createElement("ul");
    this.list.id = `listbox_${++number}`;
    this.list.className = "listbox";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", label);
    field.form.append(this.list);
    this.listen();
  }

  get open() {
    return !this.list.hidden;
  }

  listen() {
    // The press must not take the focus from the field.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const row = event.target.closest("[role=option]");
      if (row) this.take([...this.list.children].indexOf(row));
    });
    this.field.addEventListener("blur", () => this.close());
    addEventListener("resize", () => this.stand());
    addEventListener("scroll", (event) => event.target !== this.list && this.stand(), true);
  }

  show(choices) {
    this.choices = choices;
    if (!choices.length) {
      this.close();
      announce(messages.no_results);
      return;
    }
    this.list.replaceChildren(...choices.map((choice, index) => this.row(choice, index)));
    this.list.hidden = false;
    this.field.setAttribute("aria-controls", this.list.id);
    if (this.field.getAttribute("role") === "combobox") this.field.ariaExpanded = "true";
    this.mark(0);
    this.stand();
    announce(say(messages.result_count, { count: choices.length }));
  }

  row(choice, index) {
    const row = document.createElement("li");
    row.id = `${this.list.id}_${index}`;
    row.setAttribute("role", "option");
    const text = document.createElement("span");
    text.dir = "auto";
    text.textContent = choice.label;
    row.append(text);
    if (choice.note) {
      const note = document.createElement("small");
      note.dir = "auto";
      note.textContent = choice.note;
      row.append(" ", note);
    }
    return row;
  }

  mark(index) {
    this.active = index;
    [...this.list.children].forEach((row, each) => {
      row.setAttribute("aria-selected", String(each === index));
    });
    const row = this.list.children[index];
    this.field.setAttribute("aria-activedescendant", row.id);
    row.scrollIntoView({ block: "nearest" });
  }

  stand() {
    if (!this.open) return;
    const { left, right = left, top, bottom } = this.place();
    const { offsetWidth: width, offsetHeight: height } = this.list;
    const above = bottom + height > innerHeight && top > height;
    const start = getComputedStyle(this.field).direction === "rtl" ? right - width : left;
    this.list.style.left = `${Math.max(4, Math.min(start, innerWidth - width - 4))}px`;
    this.list.style.top = `${above ? top - height : bottom}px`;
  }

  close() {
    if (!this.open) return;
    this.list.hidden = true;
    this.list.replaceChildren();
    this.active = -1;
    this.field.removeAttribute("aria-activedescendant");
    this.field.removeAttribute("aria-controls");
    if (this.field.getAttribute("role") === "combobox") this.field.ariaExpanded = "false";
  }

  take(index) {
    const choice = this.choices[index];
    this.close();
    this.choose(choice);
  }

  // Whether the key was meant for the list.
  press(event) {
    if (!this.open || event.isComposing) return false;
    const count = this.choices.length;
    const moves = { ArrowDown: (this.active + 1) % count, ArrowUp: (this.active - 1 + count) % count };
    if (event.key in moves) {
      this.mark(moves[event.key]);
    } else if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) {
      this.take(this.active);
    } else if (event.key === "Escape") {
      this.close();
    } else {
      return false;
    }
    event.preventDefault();
    event.stopPropagation();
    return true;
  }
}
