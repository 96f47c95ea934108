// The search field with suggestions (ARIA 1.2 combobox pattern): arrow keys move, Enter opens the
// active suggestion, Escape closes. Without one Enter submits the form, as without JavaScript.

const DEBOUNCE = 120;

export function enableSuggestions(field) {
  if (!field) return;
  new Suggestions(field);
}

class Suggestions {
  constructor(field) {
    this.field = field;
    this.suggestions = [];
    this.active = -1;
    this.cache = new Map();
    this.list = document.createElement("ul");
    this.list.id = "site_suggestions";
    this.list.className = "suggestions";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", field.form.dataset.list);
    field.form.append(this.list);
    for (const [name, value] of Object.entries({
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
    })) {
      field.setAttribute(name, value);
    }
    this.addListeners();
  }

  addListeners() {
    this.field.addEventListener("input", () => this.onInput());
    this.field.addEventListener("keydown", (event) => this.onKeyDown(event));
    this.field.addEventListener("blur", () => this.close());
    // Keep the focus in the field.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const item = event.target.closest("[role=option]");
      if (item) this.open([...this.list.children].indexOf(item));
    });
  }

  // The active suggestion belongs to the previous text: deselect it.
  onInput() {
    this.activate(-1);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.update(), DEBOUNCE);
  }

  async update() {
    const text = this.field.value.trim();
    this.request?.abort();
    if (!text) {
      this.close();
      return;
    }
    if (!this.cache.has(text)) {
      this.request = new AbortController();
      const url = `${this.field.form.dataset.suggest}?q=${encodeURIComponent(text)}`;
      try {
        const response = await fetch(url, { signal: this.request.signal });
        if (!response.ok) return;
        this.cache.set(text, (await response.json()).suggestions);
      } catch {
        return;
      }
    }
    if (text === this.field.value.trim() && document.activeElement === this.field) {
      this.show(this.cache.get(text));
    }
  }

  show(suggestions) {
    this.suggestions = suggestions;
    this.active = -1;
    this.field.removeAttribute("aria-activedescendant");
    this.list.replaceChildren(...suggestions.map((suggestion, index) => this.item(suggestion, index)));
    this.list.hidden = !suggestions.length;
    this.field.ariaExpanded = String(Boolean(suggestions.length));
  }

  item({ name, title, note, language, direction }, index) {
    const item = document.createElement("li");
    item.id = `${this.list.id}_${index}`;
    item.lang = language;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.append(createElement("span", name, direction));
    if (name !== title) item.append(" ", createElement("small", title, direction));
    if (note) item.append(" ", createElement("small", note, direction));
    return item;
  }

  activate(index) {
    this.active = index;
    [...this.list.children].forEach((item, position) => {
      item.setAttribute("aria-selected", String(position === index));
    });
    if (index < 0) {
      this.field.removeAttribute("aria-activedescendant");
      return;
    }
    this.field.setAttribute("aria-activedescendant", this.list.children[index].id);
    this.list.children[index].scrollIntoView({ block: "nearest" });
  }

  // Cycle through the suggestions and the field itself, where no suggestion is active.
  move(step) {
    const stops = this.suggestions.length + 1;
    this.activate(((this.active + 1 + step + stops) % stops) - 1);
  }

  onKeyDown(event) {
    if (event.isComposing) return;
    if (this.list.hidden) {
      if (event.key === "ArrowDown") this.update();
      else if (event.key === "Escape") this.close();
      return;
    }
    if (event.key === "ArrowDown") this.move(1);
    else if (event.key === "ArrowUp") this.move(-1);
    else if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && this.active >= 0) this.open(this.active);
    else return;
    event.preventDefault();
  }

  open(index) {
    const { url } = this.suggestions[index];
    this.close();
    location.assign(url);
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.show([]);
  }
}

function createElement(name, text, direction) {
  const element = document.createElement(name);
  element.dir = direction;
  element.textContent = text;
  return element;
}
