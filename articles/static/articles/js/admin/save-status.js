// Show whether the form is saved, and warn before the user leaves with unsaved changes.

import { messages } from "./server.js";

export function watchSaveStatus(form, status, { isNew, hasErrors }) {
  const serialize = () => new URLSearchParams(new FormData(form)).toString();
  const initial = serialize();
  let submitting = false;
  let dirty = hasErrors;

  const show = (text, state) => {
    if (status.textContent === text) return;
    status.textContent = text;
    status.dataset.state = state;
  };
  const update = () => {
    if (submitting) return;
    dirty = hasErrors || serialize() !== initial;
    if (dirty) show(messages.unsaved_changes, "unsaved");
    else show(isNew ? messages.not_saved_yet : messages.saved, "saved");
  };

  form.addEventListener("input", update);
  form.addEventListener("change", update);
  form.addEventListener("submit", () => {
    submitting = true;
    show(messages.saving, "saving");
  });
  addEventListener("beforeunload", (event) => {
    if (dirty && !submitting) event.preventDefault();
  });
  // The back/forward cache restores the page as it was when the form was submitted.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    submitting = false;
    update();
  });
  update();
}
