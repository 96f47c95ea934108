// What saving the form does to URLs and links, said while names and headings change.

import { debounce, postForm, RequestError } from "./server.js";

const DELAY = 300;
const FIELDS = ["title", "slug", "aliases", "former", "body"];

export function showImpact(form) {
  const region = form.querySelector("[data-impact]");
  if (!region) return;

  const update = debounce(async (signal) => {
    try {
      const { html } = await postForm(region.dataset.impact, new FormData(form), signal);
      // The controls of the notice keep what the user has answered.
      if (region.dataset.html === html) return;
      region.dataset.html = html;
      region.innerHTML = html;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
    }
  }, DELAY);

  for (const name of FIELDS) form.elements[name]?.addEventListener("change", () => update());
}
