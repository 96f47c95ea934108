// Pan and zoom of the map: by dragging, arrow keys and keyboard focus; by buttons, + and - keys, and
// the wheel with Ctrl, which is also what a pinch on a touchpad sends. The map dispatches "mapmove"
// whenever its view changes.

// Pixels for an arrow key.
const PAN_STEP = 60;
const ZOOM_FACTOR = 1.25;
const MAX_SCALE = 2.5;
// Titles are illegible at a smaller scale.
const LEGIBLE_SCALE = 0.85;
// Pixels around a cluster that the map opens on.
const CLUSTER_MARGIN = 16;
// Pixels to the edge of the viewport for a node that has the focus.
const FOCUS_MARGIN = 40;
// A pointer that moves farther than this many pixels drags instead of clicking.
const DRAG_THRESHOLD = 4;

export function enableMap(map) {
  if (!map) return;
  const viewport = map.querySelector(".map-viewport");
  const view = new View(viewport, viewport.querySelector("svg"));
  for (const element of map.querySelectorAll("[hidden]")) element.hidden = false;
  map.querySelector(".map-controls").addEventListener("click", ({ target }) => {
    const command = target.closest("button")?.dataset.zoom;
    if (command) view[command]();
  });
  viewport.addEventListener("keydown", (event) => onKeyDown(event, view));
  viewport.addEventListener("wheel", (event) => onWheel(event, view), { passive: false });
  viewport.addEventListener("focusin", ({ target }) => {
    if (target.matches("a:focus-visible")) view.reveal(target);
  });
  enableDrag(viewport, view);
}

// The part of the map that the viewport shows: its top left corner and its scale.
class View {
  #viewport;
  #svg;
  #map;
  #scale;
  #x;
  #y;

  constructor(viewport, svg) {
    this.#viewport = viewport;
    this.#svg = svg;
    const { x, y, width, height } = svg.viewBox.baseVal;
    this.#map = { x, y, width, height };
    viewport.classList.add("interactive");
    this.#fit(this.#initialBox());
    new ResizeObserver(() => this.#render()).observe(viewport);
  }

  // The names of the following three methods are the values of data-zoom.
  in() {
    this.zoom(ZOOM_FACTOR);
  }

  out() {
    this.zoom(1 / ZOOM_FACTOR);
  }

  all() {
    this.#fit(this.#map);
  }

  // By pixels of the viewport.
  pan(dx, dy) {
    this.#x += dx / this.#scale;
    this.#y += dy / this.#scale;
    this.#render();
  }

  // Around a point of the viewport, by default its centre.
  zoom(factor, point = { x: this.#viewport.clientWidth / 2, y: this.#viewport.clientHeight / 2 }) {
    const scale = Math.min(MAX_SCALE, Math.max(this.#scaleOf(this.#map), this.#scale * factor));
    this.#x += point.x / this.#scale - point.x / scale;
    this.#y += point.y / this.#scale - point.y / scale;
    this.#scale = scale;
    this.#render();
  }

  // Pan so that a node is within the viewport.
  reveal(node) {
    const box = node.getBoundingClientRect();
    const frame = this.#viewport.getBoundingClientRect();
    // Undo the scrolling of the browser.
    this.#viewport.scrollTo(0, 0);
    const dx = overflow(box.left, box.right, frame.left, frame.right);
    const dy = overflow(box.top, box.bottom, frame.top, frame.bottom);
    if (dx || dy) this.pan(dx, dy);
  }

  // The whole map if it is legible, else the largest legible cluster, or the top of the largest one.
  #initialBox() {
    const clusters = [...this.#svg.querySelectorAll(".cluster")].map((cluster) => padded(cluster.getBBox()));
    const [largest] = clusters.sort((first, second) => area(second) - area(first));
    const boxes = [this.#map, ...clusters];
    return boxes.find((box) => this.#scaleOf(box) >= LEGIBLE_SCALE) ?? this.#topOf(largest);
  }

  #topOf({ x, y, width }) {
    const viewWidth = this.#viewport.clientWidth / LEGIBLE_SCALE;
    const viewHeight = this.#viewport.clientHeight / LEGIBLE_SCALE;
    return { x: x + (width - viewWidth) / 2, y, width: viewWidth, height: viewHeight };
  }

  // The scale at which a box fits the viewport.
  #scaleOf({ width, height }) {
    return Math.min(this.#viewport.clientWidth / width, this.#viewport.clientHeight / height, 1);
  }

  #fit(box) {
    this.#scale = this.#scaleOf(box);
    this.#x = box.x + (box.width - this.#viewport.clientWidth / this.#scale) / 2;
    this.#y = box.y + (box.height - this.#viewport.clientHeight / this.#scale) / 2;
    this.#render();
  }

  #render() {
    const width = this.#viewport.clientWidth / this.#scale;
    const height = this.#viewport.clientHeight / this.#scale;
    this.#x = clamp(this.#x, this.#map.x, this.#map.width, width);
    this.#y = clamp(this.#y, this.#map.y, this.#map.height, height);
    this.#svg.setAttribute("viewBox", `${this.#x} ${this.#y} ${width} ${height}`);
    this.#viewport.dispatchEvent(new Event("mapmove", { bubbles: true }));
  }
}

function padded({ x, y, width, height }) {
  return {
    x: x - CLUSTER_MARGIN,
    y: y - CLUSTER_MARGIN,
    width: width + 2 * CLUSTER_MARGIN,
    height: height + 2 * CLUSTER_MARGIN,
  };
}

function area({ width, height }) {
  return width * height;
}

// Keep a view of the given length within the map, or centre the map if the view is larger.
function clamp(position, mapStart, mapLength, length) {
  if (length >= mapLength) return mapStart + (mapLength - length) / 2;
  return Math.min(mapStart + mapLength - length, Math.max(mapStart, position));
}

// The distance by which a range is outside of a frame; negative before its start.
function overflow(start, end, frameStart, frameEnd) {
  if (start < frameStart + FOCUS_MARGIN) return start - frameStart - FOCUS_MARGIN;
  return end > frameEnd - FOCUS_MARGIN ? end - frameEnd + FOCUS_MARGIN : 0;
}

function onKeyDown(event, view) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const action = {
    ArrowLeft: () => view.pan(-PAN_STEP, 0),
    ArrowRight: () => view.pan(PAN_STEP, 0),
    ArrowUp: () => view.pan(0, -PAN_STEP),
    ArrowDown: () => view.pan(0, PAN_STEP),
    "+": () => view.in(),
    "=": () => view.in(),
    "-": () => view.out(),
    0: () => view.all(),
  }[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

function onWheel(event, view) {
  if (!event.ctrlKey) return;
  event.preventDefault();
  const box = event.currentTarget.getBoundingClientRect();
  const point = { x: event.clientX - box.left, y: event.clientY - box.top };
  view.zoom(ZOOM_FACTOR ** (-event.deltaY / 50), point);
}

function enableDrag(viewport, view) {
  let last = null;
  let distance = 0;
  viewport.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    last = event;
    distance = 0;
  });
  addEventListener("pointermove", (event) => {
    if (!last) return;
    distance += Math.abs(event.movementX) + Math.abs(event.movementY);
    viewport.classList.toggle("dragging", distance > DRAG_THRESHOLD);
    if (distance > DRAG_THRESHOLD) view.pan(last.clientX - event.clientX, last.clientY - event.clientY);
    last = event;
  });
  const release = () => {
    last = null;
    viewport.classList.remove("dragging");
  };
  addEventListener("pointerup", release);
  addEventListener("pointercancel", release);
  viewport.addEventListener("dragstart", (event) => event.preventDefault());
  viewport.addEventListener(
    "click",
    (event) => {
      // The click at the end of a drag opens no article. After a drag that ended outside of the
      // viewport the next click may come from the keyboard: its detail, a count of presses, is 0.
      if (distance > DRAG_THRESHOLD && event.detail) event.preventDefault();
      distance = 0;
    },
    { capture: true },
  );
}
