// The article form: toolbar, preview, completion of links and tags, and saving.

import { commands } from "./commands.js";
import { fixDirection } from "./direction.js";
import { guardForm } from "./form-guard.js";
import { countCharacters, growFields, keepOneLine } from "./growing.js";
import { showImpact } from "./impact.js";
import { continueLists } from "./list-items.js";
import { closeMenus } from "./menu.js";
import { addPanes } from "./panes.js";
import { pasteMarkdown } from "./paste.js";
import { showPreview } from "./preview.js";
import { addShortcuts } from "./shortcuts.js";
import { prepopulateSlug } from "./slug.js";
import { addTabs } from "./tabs.js";
import { completeTags } from "./tags.js";
import { addToolbar } from "./toolbar.js";
import { completeWikilinks } from "./wikilinks.js";

const form = document.getElementById("article_form");
const textarea = form?.querySelector("textarea[name=body]");

if (textarea) {
  const { title, slug, tags, language } = form.elements;

  completeTags(tags);
  let keepSlug = () => {};
  const updateImpact = showImpact(form);
  const onSaved = () => {
    keepSlug();
    updateImpact();
  };
  const { isNew, isUnsaved, isSaving, showError } = guardForm(form, { onSaved });
  const isEdited = isUnsaved && slug.value !== "";
  if (isNew) keepSlug = prepopulateSlug(title, slug, { isEdited, isSaving });
  addEditor(textarea, () => language.value, (message) => showError({ message }));
}

function addEditor(textarea, language, showError) {
  const { title, summary } = textarea.form.elements;
  const dialog = document.getElementById("shortcuts_dialog");
  const toggles = { shortcuts: () => dialog.showModal() };
  const run = (name) => (commands[name] ?? toggles[name])?.(textarea);
  addToolbar(textarea, run);
  addShortcuts(textarea.form, textarea, run);
  completeWikilinks(textarea, { language, showError });
  continueLists(textarea);
  pasteMarkdown(textarea);
  fixDirection(textarea);
  growFields(title, summary, textarea);
  keepOneLine(title, summary);
  countCharacters(summary, Number(summary.dataset.recommended));
  addTabs(textarea.form.querySelector("[data-tabs]"));
  closeMenus();
  const checks = textarea.form.querySelector("[data-checks]");
  const updatePreview = showPreview(textarea, document.getElementById("body_preview"), checks);
  addPanes(textarea.form, { onPreview: updatePreview });
}
