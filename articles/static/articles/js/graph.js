// The picture of an article's neighbourhood, fetched when the reader comes near its place.

const NEAR = "300px";
const NARROW = matchMedia("(max-width: 30em)");

export function fetchNeighbourhood(place) {
  if (!place) return;
  const watcher = new IntersectionObserver(
    ([entry]) => {
      if (!entry.isIntersecting) return;
      watcher.disconnect();
      fill(place);
    },
    { rootMargin: NEAR },
  );
  watcher.observe(place);
}

async function fill(place) {
  try {
    const answer = await fetch(place.dataset.graph);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const graph = page.querySelector("#graph");
    if (!graph) return;
    graph.querySelector("details").open = NARROW.matches;
    place.replaceChildren(...graph.childNodes);
  } catch {
    // The heading is a link to the page of the picture.
  }
  centre(place.querySelector(".graph-viewport"));
}

// Where the picture is wider than its place, its middle is what the page is about.
export function centre(frame) {
  const node = frame?.querySelector(".centre rect");
  if (!node) return;
  const box = node.getBoundingClientRect();
  const room = frame.getBoundingClientRect();
  frame.scrollLeft += box.left + box.width / 2 - (room.left + room.width / 2);
}
