// What every form with text of the user has: date pickers, save status, a check before each save,
// and drafts of what was typed.

import { keepDrafts } from "./drafts.js";
import { checkBeforeSave } from "./save-check.js";
import { watchSaveStatus } from "./save-status.js";
import { addPickers } from "./schedule.js";
import { messages, PermissionDeniedError, urls } from "./server.js";

export function guardForm(form) {
  const notice = form.querySelector("[data-draft]");
  const status = form.querySelector("[data-save-status]");
  const alert = form.querySelector("[data-alert]");
  const isNew = notice.dataset.isNew === "true";
  const hasErrors = notice.dataset.hasErrors === "true";
  const showError = (error) => show(alert, error);

  addPickers(form);
  checkBeforeSave(form, showError);
  const isDirty = watchSaveStatus(form, status, { isNew, hasErrors });
  keepDrafts(form, notice, { isDirty, hasErrors });
  return { isNew, hasErrors, showError };
}

// Show the message of an error, with a link to log in if that helps, or nothing.
function show(alert, error) {
  alert.textContent = error?.message ?? "";
  if (!(error instanceof PermissionDeniedError)) return;
  const link = document.createElement("a");
  Object.assign(link, { href: urls.login, target: "_blank", textContent: messages.log_in });
  alert.append(" ", link);
}
