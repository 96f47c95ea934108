// The local graph of an article, loaded lazily when it is near the viewport.

const ROOT_MARGIN = "300px";
const NARROW = matchMedia("(max-width: 30em)");

export function loadLocalGraph(container) {
  if (!container) return;
  const observer = new IntersectionObserver(
    ([entry]) => {
      if (!entry.isIntersecting) return;
      observer.disconnect();
      load(container);
    },
    { rootMargin: ROOT_MARGIN },
  );
  observer.observe(container);
}

async function load(container) {
  try {
    const response = await fetch(container.dataset.graph);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const graph = page.querySelector("#site_graph");
    if (!graph) return;
    graph.querySelector("details").open = NARROW.matches;
    container.replaceChildren(...graph.childNodes);
  } catch {
    // The heading still links to the page of the graph.
  }
  centreGraph(container.querySelector(".graph-viewport"));
}

// Scroll a graph that is wider than its viewport to the article it is about.
export function centreGraph(viewport) {
  const node = viewport?.querySelector(".centre rect");
  if (!node) return;
  const box = node.getBoundingClientRect();
  const frame = viewport.getBoundingClientRect();
  viewport.scrollLeft += box.left + box.width / 2 - (frame.left + frame.width / 2);
}
