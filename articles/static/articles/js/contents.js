// The table of contents: open where it has a column of its own, and it marks the section being read.

const WIDE = matchMedia("(min-width: 75em)");
// How far down the window, as a part of its height, a heading may stand for its section to be read.
const READ = 0.25;

export function followContents(contents) {
  if (!contents) return;
  contents.open = WIDE.matches;
  WIDE.addEventListener("change", () => {
    contents.open = WIDE.matches;
  });
  markSection(contents);
}

function markSection(contents) {
  const links = new Map();
  for (const link of contents.querySelectorAll("a")) {
    const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (heading) links.set(heading, link);
  }
  const headings = [...links.keys()];

  const mark = () => {
    const line = innerHeight * READ;
    const passed = headings.filter((heading) => heading.getBoundingClientRect().top < line);
    const current = links.get(passed.at(-1));
    for (const link of links.values()) {
      if (link === current) {
        link.setAttribute("aria-current", "true");
      } else {
        link.removeAttribute("aria-current");
      }
    }
    if (current) keepInSight(current, contents.parentElement);
  };

  // A heading crosses the line under which a section counts as being read.
  const watcher = new IntersectionObserver(mark, { rootMargin: `-${READ * 100}% 0px 0px 0px` });
  headings.forEach((heading) => watcher.observe(heading));
}

// scrollIntoView would move the page too.
function keepInSight(link, frame) {
  const inner = link.getBoundingClientRect();
  const outer = frame.getBoundingClientRect();
  if (inner.top < outer.top) frame.scrollTop -= outer.top - inner.top;
  if (inner.bottom > outer.bottom) frame.scrollTop += inner.bottom - outer.bottom;
}
