// The article form: toolbar, preview, completion of links and tags, and saving.

import { commands } from "./commands.js";
import { keepDrafts } from "./drafts.js";
import { showPreview } from "./preview.js";
import { checkBeforeSave } from "./save-check.js";
import { watchSaveStatus } from "./save-status.js";
import { addPickers } from "./schedule.js";
import { messages, PermissionDeniedError, urls } from "./server.js";
import { addShortcuts } from "./shortcuts.js";
import { prepopulateSlug } from "./slug.js";
import { completeTags } from "./tags.js";
import { addToolbar } from "./toolbar.js";
import { completeWikilinks } from "./wikilinks.js";

const form = document.getElementById("article_form");
const textarea = form?.querySelector("textarea[name=body]");

if (textarea) {
  const { title, slug, tags, language } = form.elements;
  const { dataset } = form.querySelector(".editor-layout");
  const isNew = dataset.isNew === "true";
  const hasErrors = dataset.hasErrors === "true";
  const alert = form.querySelector("[data-alert]");

  completeTags(tags);
  addPickers(form);
  checkBeforeSave(form, (error) => showError(alert, error));
  const isDirty = watchSaveStatus(form, form.querySelector("[data-save-status]"), { isNew, hasErrors });
  if (isNew) prepopulateSlug(title, slug, hasErrors && slug.value !== "");
  addEditor(textarea, () => language.value, (message) => {
    alert.textContent = message;
  });
  keepDrafts(form, form.querySelector("[data-draft]"), { isDirty, hasErrors });
}

// Show the error of a failed save, with a link to log in, or nothing.
function showError(alert, error) {
  alert.textContent = error?.message ?? "";
  if (!(error instanceof PermissionDeniedError)) return;
  const link = document.createElement("a");
  Object.assign(link, { href: urls.login, target: "_blank", textContent: messages.log_in });
  alert.append(" ", link);
}

function addEditor(textarea, language, showError) {
  const pane = document.getElementById("body_preview");
  const dialog = document.getElementById("shortcuts_dialog");
  const updatePreview = showPreview(textarea, pane);
  const toggles = {
    shortcuts: () => dialog.showModal(),
    preview: (_textarea, button) => {
      pane.hidden = !pane.hidden;
      button.setAttribute("aria-pressed", String(!pane.hidden));
      if (!pane.hidden) updatePreview();
    },
  };
  const run = (name, button) => (commands[name] ?? toggles[name])(textarea, button);
  addToolbar(textarea, run);
  addShortcuts(textarea.form, textarea, run);
  completeWikilinks(textarea, { language, showError });
}
