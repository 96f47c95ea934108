// The text as readers will see it, beside the text as it is written. The server renders it.

import { debounced, messages, Refusal, send, urls } from "./server.js";

const DELAY = 300;

export function showPreview(area, pane, language) {
  const frame = pane.querySelector("[data-preview]");
  const root = frame.attachShadow({ mode: "open" });
  const state = pane.querySelector("[data-state]");
  const prose = document.createElement("div");
  prose.className = "prose";
  root.append(...stylesheets(pane.dataset.styles.split(" ")), prose);
  root.addEventListener("click", (event) => follow(event, root));
  pane.hidden = false;

  const update = debounced(async (signal) => {
    state.textContent = messages.rendering;
    try {
      const rendered = await send(urls.preview, { body: area.value, language: language() }, signal);
      const { scrollTop } = frame;
      prose.lang = rendered.language;
      prose.dir = rendered.direction;
      prose.replaceChildren(...parsed(rendered.html));
      frame.scrollTop = scrollTop;
      state.textContent = rendered.summary;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      state.textContent = error.message;
    }
  }, DELAY);

  area.addEventListener("input", () => pane.hidden || update());
  update();
  return update;
}

// The look of the site's text, kept apart from that of the desk.
function stylesheets(hrefs) {
  return hrefs.map((href) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = href;
    return link;
  });
}

function parsed(html) {
  return new DOMParser().parseFromString(html, "text/html").body.childNodes;
}

// Links within the text move the preview; all others leave the form as it is.
function follow(event, root) {
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
