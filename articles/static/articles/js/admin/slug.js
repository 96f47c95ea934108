// Prepopulate the slug of a new article from its title, until the user edits the slug, or until the
// function that this returns is called. While the form is being saved, a suggestion could be another
// slug than the saved one, which is no longer free.

import { debounce, getJSON, RequestError, urls } from "./server.js";

export function prepopulateSlug(title, slug, { isEdited, isSaving }) {
  let edited = isEdited;
  const update = debounce(async (signal) => {
    try {
      const suggestion = await getJSON(urls.slug, { title: title.value }, signal);
      if (isSaving()) return;
      slug.value = suggestion.slug;
      slug.dispatchEvent(new Event("change", { bubbles: true }));
    } catch (error) {
      // Without a slug the server generates one when the form is saved.
      if (!(error instanceof RequestError)) throw error;
    }
  }, 200);

  slug.addEventListener("input", () => {
    edited = slug.value !== "";
    if (edited) update.cancel();
  });
  title.addEventListener("input", () => edited || update());
  return () => {
    edited = true;
    update.cancel();
  };
}
