// Show whether the form is saved, and warn before the user leaves with unsaved changes.

import { messages } from "./server.js";

// Return a function that tells whether there are unsaved changes.
export function watchSaveStatus(form, status, { isNew, hasErrors }) {
  // The value of a hidden field is its default value, too.
  const hidden = [...form.querySelectorAll("input[type=hidden]")].map((field) => [field, field.value]);
  const isDirty = () =>
    hasErrors ||
    [...form.elements].some(isChanged) ||
    hidden.some(([field, value]) => field.name === "tags" && field.value !== value);
  let submitting = false;

  const show = (text, state) => {
    if (status.textContent === text) return;
    status.textContent = text;
    status.dataset.state = state;
  };
  const update = () => {
    if (submitting) return;
    if (isDirty()) show(messages.unsaved_changes, "unsaved");
    else show(isNew ? messages.not_saved_yet : messages.saved, "saved");
  };

  form.addEventListener("input", update);
  form.addEventListener("change", update);
  form.addEventListener("submit", () => {
    submitting = true;
    show(messages.saving, "saving");
  });
  addEventListener("beforeunload", (event) => {
    if (isDirty() && !submitting) event.preventDefault();
  });
  // After "Back" the browser restores what was typed, or the whole page as it was submitted.
  addEventListener("pageshow", () => {
    submitting = false;
    update();
  });
  update();
  return isDirty;
}

// Compare with the values in the HTML, not with those at first: the browser may have restored them.
function isChanged(control) {
  if (control.type === "hidden" || !control.name) return false;
  if (control.options) return [...control.options].some((option) => option.selected !== option.defaultSelected);
  if (control.type === "checkbox") return control.checked !== control.defaultChecked;
  return "defaultValue" in control && control.value !== control.defaultValue;
}
