// What saving the form does to URLs and links, said while names and headings change.

import { debounce, postForm, RequestError } from "./server.js";

const DELAY = 300;
const FIELDS = ["title", "slug", "aliases", "former", "body"];

// Return a function that says it again, as after a save.
export function showImpact(form) {
  const region = form.querySelector("[data-impact]");
  if (!region) return () => {};
  let latest = "";

  const update = debounce(async (signal) => {
    try {
      const { html } = await postForm(region.dataset.impact, new FormData(form), signal);
      // The controls of the notice keep what the user has answered.
      if (latest === html) return;
      latest = html;
      region.innerHTML = html;
      for (const notice of refusals(form)) notice.closest("li").remove();
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
    }
  }, DELAY);

  for (const name of FIELDS) form.elements[name]?.addEventListener("change", () => update());
  // A refused save brings the notice too: that of an earlier request must not take its place.
  form.addEventListener("submit", () => update.cancel());
  new MutationObserver(() => {
    if (refusals(form).length) region.replaceChildren();
  }).observe(form.querySelector("[data-alert]"), { childList: true, subtree: true });
  return update;
}

function refusals(form) {
  return form.querySelectorAll(".errorlist .impact");
}
