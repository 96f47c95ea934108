// A listbox for a text field that keeps the focus (ARIA 1.2 combobox pattern): arrow keys move,
// Enter, Tab and a click select, Escape closes.

import { announce } from "../announce.js";
import { format, messages } from "./server.js";

let count = 0;

export class Listbox {
  // `anchor` returns the rectangle to show the listbox at; `onSelect` is called with an option.
  constructor(field, { label, anchor, onSelect }) {
    this.field = field;
    this.anchor = anchor;
    this.onSelect = onSelect;
    this.options = [];
    this.active = -1;
    this.list = document.createElement("ul");
    this.list.id = `listbox_${++count}`;
    this.list.className = "listbox";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", label);
    field.form.append(this.list);
    this.addListeners();
  }

  get isOpen() {
    return !this.list.hidden;
  }

  addListeners() {
    // Keep the focus in the field.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const item = event.target.closest("[role=option]");
      if (item) this.select([...this.list.children].indexOf(item));
    });
    this.field.addEventListener("blur", () => this.close());
    addEventListener("resize", () => this.position());
    addEventListener("scroll", (event) => event.target !== this.list && this.position(), true);
  }

  // Each option has a `label` and may have a `note`. The first is preselected, unless selecting it
  // would create something: then Enter and Tab keep their meaning until an arrow key selects it.
  show(options) {
    this.options = options;
    if (!options.length) {
      this.close();
      announce(messages.no_results);
      return;
    }
    this.list.replaceChildren(...options.map((option, index) => this.item(option, index)));
    this.list.hidden = false;
    this.field.setAttribute("aria-controls", this.list.id);
    if (this.field.getAttribute("role") === "combobox") this.field.ariaExpanded = "true";
    this.activate(options[0].isStub ? -1 : 0);
    this.position();
    announce(format(messages.result_count, { count: options.length }));
  }

  item({ label, note }, index) {
    const item = document.createElement("li");
    item.id = `${this.list.id}_${index}`;
    item.setAttribute("role", "option");
    item.append(element("span", label));
    if (note) item.append(" ", element("small", note));
    return item;
  }

  activate(index) {
    this.active = index;
    [...this.list.children].forEach((item, position) => {
      item.setAttribute("aria-selected", String(position === index));
    });
    const item = this.list.children[index];
    if (!item) {
      this.field.removeAttribute("aria-activedescendant");
      return;
    }
    this.field.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  }

  // Below the anchor, or above it if there is more room; within the viewport.
  position() {
    if (!this.isOpen) return;
    const { left, right = left, top, bottom } = this.anchor();
    const { offsetWidth: width, offsetHeight: height } = this.list;
    const above = bottom + height > innerHeight && top > height;
    const start = getComputedStyle(this.field).direction === "rtl" ? right - width : left;
    this.list.style.left = `${Math.max(4, Math.min(start, innerWidth - width - 4))}px`;
    this.list.style.top = `${above ? top - height : bottom}px`;
  }

  close() {
    if (!this.isOpen) return;
    this.list.hidden = true;
    this.list.replaceChildren();
    this.active = -1;
    this.field.removeAttribute("aria-activedescendant");
    this.field.removeAttribute("aria-controls");
    if (this.field.getAttribute("role") === "combobox") this.field.ariaExpanded = "false";
  }

  select(index) {
    const option = this.options[index];
    this.close();
    this.onSelect(option);
  }

  // Handle a keydown event of the field; return whether the listbox used it.
  handleKey(event) {
    if (!this.isOpen || event.isComposing) return false;
    const length = this.options.length;
    const moves = { ArrowDown: (this.active + 1) % length, ArrowUp: (Math.max(this.active, 0) - 1 + length) % length };
    if (event.key in moves) {
      this.activate(moves[event.key]);
    } else if (this.active >= 0 && (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey))) {
      this.select(this.active);
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

function element(name, text) {
  const element = document.createElement(name);
  element.dir = "auto";
  element.textContent = text;
  return element;
}
