// Show whether the form is saved, and warn before the user leaves with unsaved changes.

import { connection, format, messages } from "./server.js";
import { formatTime } from "./times.js";

// `isStored` tells whether the browser's storage has what is typed.
export function watchSaveStatus(form, status, { isNew, isUnsaved, isStored }) {
  // The value of a hidden field is its default value, too.
  const tags = form.querySelector("input[type=hidden][name=tags]");
  let savedTags = tags?.value;
  let savedAt = status.dataset.saved;
  let isSaving = false;
  let isLeaving = false;

  const isDirty = () => isUnsaved || [...form.elements].some(isChanged) || tags?.value !== savedTags;
  const current = () => {
    if (isSaving) return ["saving", messages.saving];
    if (connection.state === "logged-out") return ["unsaved", messages.signed_out];
    if (!isDirty()) return ["saved", isNew ? messages.not_saved_yet : saved(savedAt)];
    if (connection.state === "offline") return ["unsaved", isStored() ? messages.offline : messages.offline_unsaved];
    return ["unsaved", messages.unsaved_changes];
  };
  const update = () => {
    const [state, text] = current();
    if (status.textContent === text) return;
    status.textContent = text;
    status.dataset.state = state;
  };

  form.addEventListener("input", update);
  form.addEventListener("change", update);
  connection.addEventListener("change", update);
  addEventListener("beforeunload", (event) => {
    if (isDirty() && !isLeaving) event.preventDefault();
  });
  // After "Back" the browser restores what was typed, or the whole page as it was left.
  addEventListener("pageshow", () => {
    isLeaving = false;
    update();
  });
  update();
  return {
    isDirty,
    update,
    setSaving: (value) => {
      isSaving = value;
      update();
    },
    // `values` are those saved. The caller has made them the defaults of the form's controls.
    setSaved: (values) => {
      isNew = isUnsaved = false;
      savedTags = values.tags;
      savedAt = Date.now();
      update();
    },
    leave: () => {
      isLeaving = true;
    },
  };
}

function saved(time) {
  return time ? format(messages.saved_at, { time: formatTime(time) }) : messages.saved;
}

// Compare with the values in the HTML, not with those at first: the browser may have restored them.
function isChanged(control) {
  if (control.type === "hidden" || !control.name) return false;
  if (control.options) return [...control.options].some((option) => option.selected !== option.defaultSelected);
  if (control.type === "checkbox") return control.checked !== control.defaultChecked;
  return "defaultValue" in control && control.value !== control.defaultValue;
}
