// Live preview of the article, rendered by the server as readers will see it.

import { debounce, messages, postForm, RequestError, urls } from "./server.js";

const DELAY = 300;

// Show the preview in `pane`, and return a function that updates it.
export function showPreview(textarea, pane) {
  const { title, language } = textarea.form.elements;
  const frame = pane.querySelector("[data-preview]");
  const root = frame.attachShadow({ mode: "open" });
  const state = pane.querySelector("[data-state]");
  const prose = document.createElement("div");
  prose.className = "prose";
  root.append(...pane.dataset.styles.split(" ").map(stylesheet), prose);
  root.addEventListener("click", (event) => followLink(event, root));
  pane.hidden = false;

  const update = debounce(async (signal) => {
    state.textContent = messages.rendering;
    try {
      const data = { title: title.value, body: textarea.value, language: language.value };
      const rendered = await postForm(urls.preview, data, signal);
      const { scrollTop } = frame;
      prose.lang = rendered.language;
      prose.dir = rendered.direction;
      prose.replaceChildren(...parse(rendered.html));
      frame.scrollTop = scrollTop;
      state.textContent = rendered.summary;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      state.textContent = error.message;
    }
  }, DELAY);

  textarea.addEventListener("input", () => pane.hidden || update());
  for (const field of [title, language]) field.addEventListener("change", () => update());
  update();
  return update;
}

// The shadow root has the styles of the site, not those of the admin.
function stylesheet(href) {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = href;
  return link;
}

function parse(html) {
  return new DOMParser().parseFromString(html, "text/html").body.childNodes;
}

// Links within the article scroll the preview; other links open a new tab, to keep the form.
function followLink(event, root) {
  const link = event.target.closest("a[href]");
  if (!link) return;
  const href = link.getAttribute("href");
  if (href.startsWith("#")) {
    event.preventDefault();
    root.getElementById(decodeURIComponent(href.slice(1)))?.scrollIntoView({ block: "nearest" });
  } else {
    link.target = "_blank";
    link.rel = "noopener";
  }
}
