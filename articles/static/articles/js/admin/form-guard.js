// What every form with text of the user has: date pickers, save status, saving in place, and copies
// of what was typed, in the browser and on the server.

import { keepDrafts } from "./drafts.js";
import { errorNotice } from "./notices.js";
import { saveInPlace } from "./save.js";
import { watchSaveStatus } from "./save-status.js";
import { addPickers } from "./schedule.js";
import { connection } from "./server.js";

export function guardForm(form, { onSaved } = {}) {
  const notice = form.querySelector("[data-draft]");
  const alert = form.querySelector("[data-alert]");
  const isNew = notice.dataset.isNew === "true";
  const isUnsaved = notice.dataset.isUnsaved === "true";
  const showError = errorNotice(form, alert);
  let drafts;

  addPickers(form);
  const status = watchSaveStatus(form, form.querySelector("[data-save-status]"), {
    isNew,
    isUnsaved,
    isStored: () => drafts?.isStored() ?? false,
  });
  drafts = keepDrafts(form, notice, { status, isUnsaved, showError });
  const isSaving = saveInPlace(form, { status, drafts, alert, showError, onSaved });
  connection.addEventListener("change", () => {
    if (connection.state === "online") showError(null);
  });
  return { isNew, isUnsaved, isSaving, showError };
}
