// Link previews: a card with title, summary and image of the linked article, on hover and on
// keyboard focus. As WCAG 1.4.13 demands, Escape closes the card, the pointer can move onto it, and
// it stays open until pointer and focus leave.

// Milliseconds until a card opens, and until it closes.
const OPEN_DELAY = 400;
const CLOSE_DELAY = 300;
// Pixels between card, link and viewport.
const MARGIN = 8;
const ID = "site_preview";
const SUMMARY_ID = `${ID}_summary`;

export function enablePreviews(main) {
  const root = main?.dataset.articles;
  if (!root) return;
  const previews = new Previews(main, root);
  addEventListener("pointerover", (event) => previews.onPointerOver(event));
  addEventListener("pointerout", (event) => previews.onPointerOut(event));
  addEventListener("focusin", (event) => previews.onFocus(event.target));
  addEventListener("focusout", () => previews.close(0));
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") previews.dismiss();
  });
  addEventListener("mapmove", () => previews.onMapMove());
  addEventListener("pagehide", () => previews.dismiss());
}

class Previews {
  #main;
  #root;
  #cache = new Map();
  #link = null;
  #card = null;
  #timer = 0;

  constructor(main, root) {
    this.#main = main;
    this.#root = root;
  }

  onPointerOver(event) {
    if (event.pointerType === "touch") return;
    if (event.target.closest?.(`#${ID}`)) {
      clearTimeout(this.#timer);
    } else if (matchMedia("(any-hover: hover)").matches) {
      this.#schedule(event.target);
    }
  }

  onPointerOut(event) {
    const from = event.target.closest?.(`a, #${ID}`);
    const to = event.relatedTarget?.closest?.(`a, #${ID}`);
    // A clicked link has the focus, but :focus-visible only matches focus by keyboard.
    if (from && from !== to && !this.#link?.matches(":focus-visible")) this.close(CLOSE_DELAY);
  }

  onFocus(target) {
    if (target.matches(":focus-visible")) this.#schedule(target);
  }

  // A link moved away from its open card. A card that is not open yet is positioned when it opens.
  onMapMove() {
    if (this.#card) this.dismiss();
  }

  close(delay) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.dismiss(), delay);
  }

  dismiss() {
    clearTimeout(this.#timer);
    this.#link?.removeAttribute("aria-describedby");
    this.#card?.remove();
    this.#link = this.#card = null;
  }

  #schedule(target) {
    const link = target.closest?.("a[href]");
    const path = link && this.#articlePath(link);
    if (!path) return;
    clearTimeout(this.#timer);
    if (link === this.#link) return;
    this.#timer = setTimeout(() => this.#open(link, path), OPEN_DELAY);
  }

  // The path of the linked article; empty for links to this page and to other pages.
  #articlePath(link) {
    const url = new URL(link.getAttribute("href"), document.baseURI);
    const name = url.pathname.startsWith(this.#root) && url.pathname.slice(this.#root.length);
    const isArticle = url.origin === location.origin && /^[^/]+\/$/.test(name);
    return isArticle && url.pathname !== location.pathname ? url.pathname : "";
  }

  async #open(link, path) {
    this.dismiss();
    this.#link = link;
    const preview = await this.#load(path);
    if (this.#link !== link || !preview) return;
    this.#card = createCard(preview);
    this.#main.append(this.#card);
    position(this.#card, link);
    // Screen readers have read the text of the link: don't repeat a title equal to it.
    const repeatsTitle = link.textContent.trim() === preview.title;
    if (!repeatsTitle || preview.summary) {
      link.setAttribute("aria-describedby", repeatsTitle ? SUMMARY_ID : ID);
    }
  }

  #load(path) {
    if (!this.#cache.has(path)) this.#cache.set(path, this.#fetch(path));
    return this.#cache.get(path);
  }

  async #fetch(path) {
    try {
      const response = await fetch(`${path}preview/`, { headers: { Accept: "application/json" } });
      if (response.ok) return await response.json();
    } catch {
      // The link works without a preview.
    }
    this.#cache.delete(path);
    return null;
  }
}

function createCard({ title, summary, language, direction, picture: source }) {
  const card = document.createElement("div");
  Object.assign(card, { id: ID, className: "preview-card", lang: language, dir: direction });
  card.setAttribute("role", "tooltip");
  if (source) {
    const image = new Image();
    Object.assign(image, { src: source.src, alt: "" });
    card.append(image);
  }
  card.append(createElement("strong", title));
  if (summary) card.append(Object.assign(createElement("p", summary), { id: SUMMARY_ID }));
  return card;
}

function createElement(name, text) {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}

// Below the first line of the link, or above it if there is more room; within the viewport.
function position(card, link) {
  const box = [...link.getClientRects()][0] ?? link.getBoundingClientRect();
  const { width, height } = card.getBoundingClientRect();
  const rtl = getComputedStyle(link).direction === "rtl";
  const start = rtl ? box.right - width : box.left;
  const left = Math.max(MARGIN, Math.min(start, document.documentElement.clientWidth - width - MARGIN));
  const above = box.bottom + height + MARGIN > innerHeight && box.top > height + MARGIN;
  const top = above ? box.top - height - MARGIN : box.bottom + MARGIN;
  const frame = card.offsetParent?.getBoundingClientRect() ?? { left: 0, top: 0 };
  const scrolled = card.offsetParent === document.body || !card.offsetParent;
  card.style.left = `${left - (scrolled ? -scrollX : frame.left)}px`;
  card.style.top = `${top - (scrolled ? -scrollY : frame.top)}px`;
}
