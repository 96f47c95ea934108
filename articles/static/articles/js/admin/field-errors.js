// Show the errors of a form that was not saved, each at its field.

import { addPickers, removePickers } from "./schedule.js";

// `errors` are lists of errors as HTML, by name of the field; those of the whole form are under
// "__all__" and are appended to `alert`. Those displayed before are removed.
export function showFieldErrors(form, alert, { __all__: general = "", ...errors } = {}) {
  for (const list of form.querySelectorAll("ul.errorlist, .errornote")) list.remove();
  for (const row of form.querySelectorAll(".errors")) row.classList.remove("errors");
  addPickers(form);
  alert.insertAdjacentHTML("beforeend", general);
  let first;
  for (const [name, html] of Object.entries(errors)) {
    const row = form.querySelector(`.field-${CSS.escape(name)}`) ?? form.elements[name]?.parentElement;
    if (!row) continue;
    row.classList.add("errors");
    row.insertAdjacentHTML("afterbegin", html);
    removePickers(row);
    row.closest("details")?.setAttribute("open", "");
    first ??= row;
  }
  first?.querySelector("input:not([type=hidden]), textarea, select")?.focus();
}
