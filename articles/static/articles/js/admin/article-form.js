// The article form: toolbar, preview, completion of links and tags, save status.

import { commands } from "./commands.js";
import { showPreview } from "./preview.js";
import { watchSaveStatus } from "./save-status.js";
import { addShortcuts } from "./shortcuts.js";
import { prepopulateSlug } from "./slug.js";
import { completeTags } from "./tags.js";
import { addToolbar } from "./toolbar.js";
import { completeWikilinks } from "./wikilinks.js";

const form = document.getElementById("article_form");
const textarea = form?.querySelector("textarea[name=body]");

if (textarea) {
  const { title, slug, tags, language } = form.elements;
  const { isNew, hasErrors } = form.querySelector(".editor-layout").dataset;
  const alert = form.querySelector("[data-alert]");

  completeTags(tags);
  watchSaveStatus(form, form.querySelector("[data-save-status]"), {
    isNew: isNew === "true",
    hasErrors: hasErrors === "true",
  });
  if (isNew === "true") prepopulateSlug(title, slug, hasErrors === "true" && slug.value !== "");
  addEditor(textarea, () => language.value, (message) => {
    alert.textContent = message;
  });
}

function addEditor(textarea, language, showError) {
  const pane = document.getElementById("body_preview");
  const dialog = document.getElementById("shortcuts_dialog");
  const updatePreview = showPreview(textarea, pane, language);
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
  textarea.form.elements.language.addEventListener("change", () => updatePreview());
}
