// Fields that grow with their text, so that the page scrolls and not a box. Browsers with
// `field-sizing` do it by themselves.

export function growFields(...fields) {
  if (CSS.supports("field-sizing", "content")) return;
  for (const field of fields) {
    grow(field);
    field.addEventListener("input", () => grow(field));
    field.addEventListener("restore", () => fit(field));
    // Shrinking needs a second layout, so not while the user types.
    field.addEventListener("change", () => fit(field));
  }
}

function grow(field) {
  const missing = field.scrollHeight - field.clientHeight;
  if (missing > 0) field.style.height = `${field.offsetHeight + missing}px`;
}

function fit(field) {
  const { scrollX, scrollY } = window;
  field.style.height = "auto";
  grow(field);
  scrollTo(scrollX, scrollY);
}

// A title is one line, however long: Enter leads to the next field.
export function keepOneLine(field, next) {
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    next.focus();
  });
  field.addEventListener("input", () => {
    if (!field.value.includes("\n")) return;
    const { selectionStart } = field;
    field.value = field.value.replaceAll("\n", " ");
    field.setSelectionRange(selectionStart, selectionStart);
  });
}

// Show how long a text is, and how long it should be at most.
export function countCharacters(field, limit) {
  const counter = document.createElement("span");
  counter.className = "counter";
  const update = () => {
    const length = [...field.value].length;
    counter.textContent = `${length} / ${limit}`;
    counter.classList.toggle("is-over", length > limit);
  };
  field.after(counter);
  for (const name of ["input", "restore"]) field.addEventListener(name, update);
  update();
}
