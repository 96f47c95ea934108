// What every form with text of the user has: date pickers, save status, saving in place, and copies
// of what was typed, in the browser and on the server.

import { keepDrafts } from "./drafts.js";
import { logIn } from "./login-dialog.js";
import { saveInPlace } from "./save.js";
import { watchSaveStatus } from "./save-status.js";
import { addPickers } from "./schedule.js";
import { connection, LoggedOutError, messages, urls } from "./server.js";

const NOT_FOUND = 404;

export function guardForm(form, { onSaved } = {}) {
  const notice = form.querySelector("[data-draft]");
  const alert = form.querySelector("[data-alert]");
  const isNew = notice.dataset.isNew === "true";
  const isUnsaved = notice.dataset.isUnsaved === "true";
  const showError = (error) => show(form, alert, error);
  let drafts;

  addPickers(form);
  const status = watchSaveStatus(form, form.querySelector("[data-save-status]"), {
    isNew,
    isUnsaved,
    isStored: () => drafts?.isStored() ?? false,
  });
  drafts = keepDrafts(form, notice, { status, isUnsaved, showError });
  saveInPlace(form, { status, drafts, alert, showError, onSaved });
  connection.addEventListener("change", () => {
    if (connection.state === "online") showError(null);
  });
  return { isNew, isUnsaved, showError };
}

// Show the message of an error with what can be done, or nothing.
function show(form, alert, error) {
  alert.textContent = error?.message ?? "";
  if (error instanceof LoggedOutError) addButton(alert, messages.log_in, () => logIn(error.message));
  else if (error?.status === NOT_FOUND && urls.add) {
    addButton(alert, messages.create_again, () => createAgain(form));
  }
}

function addButton(alert, text, onClick) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "button", textContent: text });
  button.addEventListener("click", onClick);
  alert.append(" ", button);
}

// Save what is in the form as a new object: the stored one has been deleted.
function createAgain(form) {
  history.replaceState(history.state, "", urls.add);
  form.elements.revision.value = "";
  form.requestSubmit(form.querySelector("[data-save], [name=_draft], [name=_continue]"));
}
