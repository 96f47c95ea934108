// The article form: toolbar, preview, completion of links and tags, and saving.

import { commands } from "./commands.js";
import { guardForm } from "./form-guard.js";
import { showImpact } from "./impact.js";
import { showPreview } from "./preview.js";
import { addShortcuts } from "./shortcuts.js";
import { prepopulateSlug } from "./slug.js";
import { completeTags } from "./tags.js";
import { addToolbar } from "./toolbar.js";
import { completeWikilinks } from "./wikilinks.js";

const form = document.getElementById("article_form");
const textarea = form?.querySelector("textarea[name=body]");

if (textarea) {
  const { title, slug, tags, language } = form.elements;

  completeTags(tags);
  let keepSlug = () => {};
  const { isNew, isUnsaved, showError } = guardForm(form, { onSaved: () => keepSlug() });
  if (isNew) keepSlug = prepopulateSlug(title, slug, isUnsaved && slug.value !== "");
  showImpact(form);
  addEditor(textarea, () => language.value, (message) => showError({ message }));
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
