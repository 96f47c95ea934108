// The table of contents: open where it has its own column, with the current section highlighted.

const WIDE = matchMedia("(min-width: 75em)");
// A section is current when its heading is above this fraction of the viewport height.
const LINE = 0.25;

export function highlightContents(contents) {
  if (!contents) return;
  contents.open = WIDE.matches;
  WIDE.addEventListener("change", () => {
    contents.open = WIDE.matches;
  });
  trackSections(contents);
}

function trackSections(contents) {
  const links = new Map();
  for (const link of contents.querySelectorAll("a")) {
    const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (heading) links.set(heading, link);
  }
  const headings = [...links.keys()];

  const update = () => {
    const line = innerHeight * LINE;
    const passed = headings.filter((heading) => heading.getBoundingClientRect().top < line);
    const current = links.get(passed.at(-1));
    for (const link of links.values()) {
      if (link === current) {
        link.setAttribute("aria-current", "true");
      } else {
        link.removeAttribute("aria-current");
      }
    }
    if (current) scrollIntoFrame(current, contents.parentElement);
  };

  // Called when a heading crosses the line.
  const observer = new IntersectionObserver(update, { rootMargin: `-${LINE * 100}% 0px 0px 0px` });
  headings.forEach((heading) => observer.observe(heading));
}

// Like scrollIntoView(), which would scroll the page too.
function scrollIntoFrame(link, frame) {
  const inner = link.getBoundingClientRect();
  const outer = frame.getBoundingClientRect();
  if (inner.top < outer.top) frame.scrollTop -= outer.top - inner.top;
  if (inner.bottom > outer.bottom) frame.scrollTop += inner.bottom - outer.bottom;
}
