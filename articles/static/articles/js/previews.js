// Cards over links to articles: title, summary and picture, for a pointer that rests on one or a
// keyboard that comes to it. WCAG 1.4.13: Escape closes a card, the pointer may move onto it, and
// it stays until pointer and focus have gone.

const WAIT = 400;
const GRACE = 300;
const MARGIN = 8;
const ID = "site_preview";
const SUMMARY = `${ID}_summary`;

export function offerPreviews(main) {
  const root = main?.dataset.articles;
  if (!root) return;
  const cards = new Cards(main, root);
  addEventListener("pointerover", (event) => cards.pointed(event));
  addEventListener("pointerout", (event) => cards.left(event));
  addEventListener("focusin", (event) => cards.focused(event.target));
  addEventListener("focusout", () => cards.close(0));
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") cards.dismiss();
  });
  addEventListener("moved", () => cards.moved());
  addEventListener("pagehide", () => cards.dismiss());
}

class Cards {
  #main;
  #root;
  #known = new Map();
  #link = null;
  #card = null;
  #timer = 0;

  constructor(main, root) {
    this.#main = main;
    this.#root = root;
  }

  pointed(event) {
    if (event.pointerType === "touch") return;
    if (event.target.closest?.(`#${ID}`)) {
      clearTimeout(this.#timer);
    } else {
      this.#consider(event.target, matchMedia("(any-hover: hover)").matches);
    }
  }

  left(event) {
    const from = event.target.closest?.(`a, #${ID}`);
    const to = event.relatedTarget?.closest?.(`a, #${ID}`);
    // A link that was clicked has the focus too, though nobody came to it by keyboard.
    if (from && from !== to && !this.#link?.matches(":focus-visible")) this.close(GRACE);
  }

  focused(target) {
    if (target.matches(":focus-visible")) this.#consider(target, true);
  }

  // Something has moved under the card that is open; one that is still to come finds its place.
  moved() {
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

  #consider(target, wanted) {
    const link = target.closest?.("a[href]");
    const address = link && this.#address(link);
    if (!address || !wanted) return;
    clearTimeout(this.#timer);
    if (link === this.#link) return;
    this.#timer = setTimeout(() => this.#open(link, address), WAIT);
  }

  // The address of the article that a link leads to; none for this page and for other pages.
  #address(link) {
    const url = new URL(link.getAttribute("href"), document.baseURI);
    const name = url.pathname.startsWith(this.#root) && url.pathname.slice(this.#root.length);
    const article = url.origin === location.origin && /^[^/]+\/$/.test(name);
    return article && url.pathname !== location.pathname ? url.pathname : "";
  }

  async #open(link, address) {
    this.dismiss();
    this.#link = link;
    const preview = await this.#fetched(address);
    if (this.#link !== link || !preview) return;
    this.#card = drawn(preview);
    this.#main.append(this.#card);
    place(this.#card, link);
    // A title that the link says itself isn't said again.
    const repeated = link.textContent.trim() === preview.title;
    if (!repeated || preview.summary) link.setAttribute("aria-describedby", repeated ? SUMMARY : ID);
  }

  #fetched(address) {
    if (!this.#known.has(address)) this.#known.set(address, this.#ask(address));
    return this.#known.get(address);
  }

  async #ask(address) {
    try {
      const answer = await fetch(`${address}preview/`, { headers: { Accept: "application/json" } });
      if (answer.ok) return await answer.json();
    } catch {
      // Without an answer the link is still a link.
    }
    this.#known.delete(address);
    return null;
  }
}

function drawn({ title, summary, language, direction, picture }) {
  const card = document.createElement("div");
  Object.assign(card, { id: ID, className: "preview-card", lang: language, dir: direction });
  card.setAttribute("role", "tooltip");
  if (picture) {
    const image = new Image();
    Object.assign(image, { src: picture.src, alt: "" });
    card.append(image);
  }
  card.append(element("strong", title));
  if (summary) card.append(Object.assign(element("p", summary), { id: SUMMARY }));
  return card;
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

// Under the line of the link, or over it where there is more room; never out of the window.
function place(card, link) {
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
