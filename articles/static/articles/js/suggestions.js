// The search box with suggestions under it, as ARIA 1.2 wants a combobox: arrows move, Enter goes
// there, Esc closes. Without a choice Enter searches, as it does without this script.

const PAUSE = 120;

export function offerSuggestions(field) {
  if (!field) return;
  new Suggestions(field);
}

class Suggestions {
  constructor(field) {
    this.field = field;
    this.rows = [];
    this.active = -1;
    this.known = new Map();
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
    this.listen();
  }

  listen() {
    this.field.addEventListener("input", () => this.later());
    this.field.addEventListener("keydown", (event) => this.press(event));
    this.field.addEventListener("blur", () => this.close());
    // The press must not take the focus from the field.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const row = event.target.closest("[role=option]");
      if (row) this.go([...this.list.children].indexOf(row));
    });
  }

  // What was chosen from the list for less of the text is no choice any more.
  later() {
    this.mark(-1);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    const typed = this.field.value.trim();
    this.request?.abort();
    if (!typed) {
      this.close();
      return;
    }
    if (!this.known.has(typed)) {
      this.request = new AbortController();
      const address = `${this.field.form.dataset.suggest}?q=${encodeURIComponent(typed)}`;
      try {
        const answer = await fetch(address, { signal: this.request.signal });
        if (!answer.ok) return;
        this.known.set(typed, (await answer.json()).suggestions);
      } catch {
        return;
      }
    }
    if (typed === this.field.value.trim() && document.activeElement === this.field) {
      this.show(this.known.get(typed));
    }
  }

  show(rows) {
    this.rows = rows;
    this.active = -1;
    this.field.removeAttribute("aria-activedescendant");
    this.list.replaceChildren(...rows.map((row, index) => this.option(row, index)));
    this.list.hidden = !rows.length;
    this.field.ariaExpanded = String(Boolean(rows.length));
  }

  option({ name, title, note, language, direction }, index) {
    const option = document.createElement("li");
    option.id = `${this.list.id}_${index}`;
    option.lang = language;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.append(text("span", name, direction));
    if (name !== title) option.append(" ", text("small", title, direction));
    if (note) option.append(" ", text("small", note, direction));
    return option;
  }

  mark(index) {
    this.active = index;
    [...this.list.children].forEach((row, each) => {
      row.setAttribute("aria-selected", String(each === index));
    });
    if (index < 0) {
      this.field.removeAttribute("aria-activedescendant");
      return;
    }
    this.field.setAttribute("aria-activedescendant", this.list.children[index].id);
    this.list.children[index].scrollIntoView({ block: "nearest" });
  }

  // One step beyond either end is the field itself, where nothing is chosen.
  move(step) {
    const places = this.rows.length + 1;
    this.mark(((this.active + 1 + step + places) % places) - 1);
  }

  press(event) {
    if (event.isComposing) return;
    if (this.list.hidden) {
      if (event.key === "ArrowDown") this.ask();
      else if (event.key === "Escape") this.close();
      return;
    }
    if (event.key === "ArrowDown") this.move(1);
    else if (event.key === "ArrowUp") this.move(-1);
    else if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && this.active >= 0) this.go(this.active);
    else return;
    event.preventDefault();
  }

  go(index) {
    const { url } = this.rows[index];
    this.close();
    location.assign(url);
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.show([]);
  }
}

function text(tag, content, direction) {
  const element = document.createElement(tag);
  element.dir = direction;
  element.textContent = content;
  return element;
}
