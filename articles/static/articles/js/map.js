// A window onto a large picture: it is moved by dragging, keys and focus, and zoomed by keys,
// buttons and the wheel with Ctrl, which is what a pinch on a touchpad sends. What lies over it is
// told by the event `moved`.

const STEP = 60;
const FACTOR = 1.25;
const CLOSEST = 2.5;
// No title is legible when the picture is smaller than that.
const LEGIBLE = 0.85;
// Around what a window opens on.
const MARGIN = 16;
// A pointer that moved so far has dragged, and not clicked.
const DRAG = 4;

export function openMap(map) {
  if (!map) return;
  const frame = map.querySelector(".map-viewport");
  const view = new View(frame, frame.querySelector("svg"));
  for (const hidden of map.querySelectorAll("[hidden]")) hidden.hidden = false;
  map.querySelector(".map-controls").addEventListener("click", ({ target }) => {
    const command = target.closest("button")?.dataset.zoom;
    if (command) view[command]();
  });
  frame.addEventListener("keydown", (event) => pressed(event, view));
  frame.addEventListener("wheel", (event) => turned(event, view), { passive: false });
  frame.addEventListener("focusin", ({ target }) => {
    if (target.matches("a:focus-visible")) view.show(target);
  });
  drag(frame, view);
}

class View {
  #frame;
  #svg;
  #all;
  #scale;
  #x;
  #y;

  constructor(frame, svg) {
    this.#frame = frame;
    this.#svg = svg;
    const { x, y, width, height } = svg.viewBox.baseVal;
    this.#all = { x, y, width, height };
    frame.classList.add("interactive");
    this.#centre(this.#opening());
    new ResizeObserver(() => this.#draw()).observe(frame);
  }

  in() {
    this.zoom(FACTOR);
  }

  out() {
    this.zoom(1 / FACTOR);
  }

  all() {
    this.#centre(this.#all);
  }

  // Pixels of the window, to the right and down.
  move(right, down) {
    this.#x += right / this.#scale;
    this.#y += down / this.#scale;
    this.#draw();
  }

  // Around a point of the window, or its middle.
  zoom(factor, point = { x: this.#frame.clientWidth / 2, y: this.#frame.clientHeight / 2 }) {
    const scale = Math.min(CLOSEST, Math.max(this.#fit(), this.#scale * factor));
    this.#x += point.x / this.#scale - point.x / scale;
    this.#y += point.y / this.#scale - point.y / scale;
    this.#scale = scale;
    this.#draw();
  }

  // So that what has the focus is in sight.
  show(node) {
    const box = node.getBoundingClientRect();
    const room = this.#frame.getBoundingClientRect();
    // The browser may have scrolled the frame to it in its own way.
    this.#frame.scrollTo(0, 0);
    const right = outside(box.left, box.right, room.left, room.right);
    const down = outside(box.top, box.bottom, room.top, room.bottom);
    if (right || down) this.move(right, down);
  }

  // The whole if it is legible, else the largest cluster that is, or the top of the largest.
  #opening() {
    const clusters = [...this.#svg.querySelectorAll(".cluster")].map((each) => around(each.getBBox()));
    const [first] = clusters.sort((one, other) => area(other) - area(one));
    return [this.#all, ...clusters].find((box) => this.#fit(box) >= LEGIBLE) ?? this.#top(first);
  }

  #top({ x, y, width }) {
    const [wide, high] = [this.#frame.clientWidth / LEGIBLE, this.#frame.clientHeight / LEGIBLE];
    return { x: x + (width - wide) / 2, y, width: wide, height: high };
  }

  #fit({ width, height } = this.#all) {
    return Math.min(this.#frame.clientWidth / width, this.#frame.clientHeight / height, 1);
  }

  #centre(box) {
    this.#scale = this.#fit(box);
    this.#x = box.x + (box.width - this.#frame.clientWidth / this.#scale) / 2;
    this.#y = box.y + (box.height - this.#frame.clientHeight / this.#scale) / 2;
    this.#draw();
  }

  #draw() {
    const width = this.#frame.clientWidth / this.#scale;
    const height = this.#frame.clientHeight / this.#scale;
    this.#x = within(this.#x, this.#all.x, this.#all.width, width);
    this.#y = within(this.#y, this.#all.y, this.#all.height, height);
    this.#svg.setAttribute("viewBox", `${this.#x} ${this.#y} ${width} ${height}`);
    this.#frame.dispatchEvent(new Event("moved", { bubbles: true }));
  }
}

function around({ x, y, width, height }) {
  return { x: x - MARGIN, y: y - MARGIN, width: width + 2 * MARGIN, height: height + 2 * MARGIN };
}

function area({ width, height }) {
  return width * height;
}

// The window stays on the picture, or around it if it is the smaller one.
function within(place, start, length, room) {
  if (room >= length) return start + (length - room) / 2;
  return Math.min(start + length - room, Math.max(start, place));
}

function outside(start, end, first, last) {
  const margin = 40;
  if (start < first + margin) return start - first - margin;
  return end > last - margin ? end - last + margin : 0;
}

function pressed(event, view) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const act = {
    ArrowLeft: () => view.move(-STEP, 0),
    ArrowRight: () => view.move(STEP, 0),
    ArrowUp: () => view.move(0, -STEP),
    ArrowDown: () => view.move(0, STEP),
    "+": () => view.in(),
    "=": () => view.in(),
    "-": () => view.out(),
    0: () => view.all(),
  }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

function turned(event, view) {
  if (!event.ctrlKey) return;
  event.preventDefault();
  const box = event.currentTarget.getBoundingClientRect();
  const point = { x: event.clientX - box.left, y: event.clientY - box.top };
  view.zoom(FACTOR ** (-event.deltaY / 50), point);
}

function drag(frame, view) {
  let last = null;
  let travelled = 0;
  frame.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    last = event;
    travelled = 0;
  });
  addEventListener("pointermove", (event) => {
    if (!last) return;
    travelled += Math.abs(event.movementX) + Math.abs(event.movementY);
    frame.classList.toggle("dragging", travelled > DRAG);
    if (travelled > DRAG) view.move(last.clientX - event.clientX, last.clientY - event.clientY);
    last = event;
  });
  const release = () => {
    last = null;
    frame.classList.remove("dragging");
  };
  addEventListener("pointerup", release);
  addEventListener("pointercancel", release);
  frame.addEventListener("dragstart", (event) => event.preventDefault());
  frame.addEventListener(
    "click",
    (event) => {
      // After a drag that ended elsewhere the next click may be one of the keyboard: it has no
      // detail, which counts presses.
      if (travelled > DRAG && event.detail) event.preventDefault();
      travelled = 0;
    },
    { capture: true },
  );
}
