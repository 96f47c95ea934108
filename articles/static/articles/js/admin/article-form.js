// The form of an article: what makes it a desk.

import { commands } from "./commands.js";
import { showPreview } from "./preview.js";
import { watchSaving } from "./save-status.js";
import { addShortcuts } from "./shortcuts.js";
import { proposeSlug } from "./slug.js";
import { completeTags } from "./tags.js";
import { addToolbar } from "./toolbar.js";
import { completeWikilinks } from "./wikilinks.js";

const form = document.getElementById("article_form");
const area = form?.querySelector("textarea[name=body]");

if (area) {
  const { title, slug, tags, language } = form.elements;
  const state = form.querySelector(".editor-layout");
  const tell = form.querySelector("[data-told]");

  completeTags(tags);
  watchSaving(form, state, form.querySelector("[data-saving]"));
  if (state.dataset.new === "true") {
    proposeSlug(title, slug, state.dataset.refused === "true" && slug.value !== "");
  }
  write(area, () => language.value, (text) => {
    tell.textContent = text;
  });
}

function write(area, language, tell) {
  const pane = document.getElementById("body_preview");
  const help = document.getElementById("shortcuts_dialog");
  const render = showPreview(area, pane, language);
  const others = {
    keys: () => help.showModal(),
    preview: (_area, button) => {
      pane.hidden = !pane.hidden;
      button.setAttribute("aria-pressed", String(!pane.hidden));
      if (!pane.hidden) render();
    },
  };
  const run = (name, button) => (commands[name] ?? others[name])(area, button);
  addToolbar(area, run);
  addShortcuts(area.form, area, run);
  completeWikilinks(area, { language, tell });
  area.form.elements.language.addEventListener("change", () => render());
}
