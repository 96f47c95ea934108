// A new article's address follows its title until somebody writes one.

import { ask, debounced, Refusal, urls } from "./server.js";

export function proposeSlug(title, slug, written) {
  let own = written;
  const propose = debounced(async (signal) => {
    try {
      const found = await ask(urls.slug, { title: title.value }, signal);
      slug.value = found.slug;
      slug.dispatchEvent(new Event("change", { bubbles: true }));
    } catch (error) {
      // The server proposes one when the form is saved, too.
      if (!(error instanceof Refusal)) throw error;
    }
  }, 200);

  slug.addEventListener("input", () => {
    own = slug.value !== "";
    if (own) propose.cancel();
  });
  title.addEventListener("input", () => own || propose());
}
