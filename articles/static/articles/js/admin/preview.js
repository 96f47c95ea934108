// Live preview of the article with its title and summary, rendered by the server as readers will see
// it, and the checks of the article.

import { scrollInStep } from "./scroll-sync.js";
import { debounce, messages, postForm, RequestError, urls } from "./server.js";

const DELAY = 300;

// Show the preview in `pane`, and the failed checks in `checks`. Return a function that updates both.
export function showPreview(textarea, pane, checks) {
  const { title, summary, language, tags } = textarea.form.elements;
  const frame = pane.querySelector("[data-preview]");
  const root = frame.attachShadow({ mode: "open" });
  const state = pane.querySelector("[data-state]");
  const [header, heading, lead, prose] = ["header", "h1", "p", "div"].map((name) => document.createElement(name));
  lead.className = "lead";
  prose.className = "prose";
  header.append(heading, lead);
  root.append(...pane.dataset.styles.split(" ").map(stylesheet), header, prose);
  root.addEventListener("click", (event) => followLink(event, root));
  const setLines = scrollInStep(textarea, frame, prose);

  const show = (rendered) => {
    for (const part of [header, prose]) {
      part.lang = rendered.language;
      part.dir = rendered.direction;
    }
    const { scrollTop } = frame;
    replaceChanged(prose, parse(rendered.html));
    frame.scrollTop = scrollTop;
    state.textContent = rendered.summary;
    checks.replaceChildren(...parse(rendered.checks));
    setLines(rendered.lines);
  };
  const update = debounce(async (signal) => {
    state.textContent = messages.rendering;
    const data = {
      title: title.value,
      summary: summary.value,
      body: textarea.value,
      language: language.value,
      tags: tags.value,
    };
    try {
      show(await postForm(urls.preview, data, signal));
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      state.textContent = error.message;
    }
  }, DELAY);
  const showHead = () => {
    heading.textContent = title.value;
    lead.textContent = summary.value;
  };
  const isUsed = () => !pane.hidden || checks.offsetParent;

  for (const field of [title, summary]) {
    for (const name of ["input", "restore"]) field.addEventListener(name, showHead);
  }
  textarea.form.addEventListener("input", ({ target }) => [textarea, title, summary].includes(target) && isUsed() && update());
  textarea.form.addEventListener("change", ({ target }) => [language, tags].includes(target) && isUsed() && update());
  showHead();
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

// Replace the children that differ from `nodes`: the others are not laid out again.
function replaceChanged(parent, nodes) {
  const [old, fresh] = [[...parent.childNodes], [...nodes]];
  const length = Math.min(old.length, fresh.length);
  let start = 0;
  while (start < length && old[start].isEqualNode(fresh[start])) start += 1;
  let end = 0;
  while (end < length - start && old.at(-1 - end).isEqualNode(fresh.at(-1 - end))) end += 1;
  for (const node of old.slice(start, old.length - end)) node.remove();
  const inserted = fresh.slice(start, fresh.length - end);
  if (end) old.at(-end).before(...inserted);
  else parent.append(...inserted);
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
