// The panes around the text: preview, side panel and focus mode, and the width of the text. What the
// user sets is remembered in this browser.

import { isRightToLeft, readSettings, writeSetting } from "./settings.js";

const STEP = 5;
const WIDE = matchMedia("(min-width: 62rem)");

export function addPanes(form, { onPreview }) {
  const layout = form.querySelector("[data-layout]");
  const bar = form.querySelector("[data-panes]");
  const pane = document.getElementById("body_preview");
  const splitter = layout.querySelector("[data-splitter]");
  const button = (name) => form.querySelector(`[data-pane=${name}]`);
  const settings = readSettings();

  const showPreview = (isVisible) => {
    pane.hidden = splitter.hidden = !isVisible;
    button("preview").setAttribute("aria-pressed", String(isVisible));
    layout.classList.toggle("has-preview", isVisible);
    if (isVisible) onPreview();
  };
  const setPhoneWidth = (isOn) => {
    pane.classList.toggle("phone-width", isOn);
    button("phone").setAttribute("aria-pressed", String(isOn));
  };
  const setFocusMode = (isOn) => {
    document.documentElement.classList.toggle("focus-mode", isOn);
    button("focus").setAttribute("aria-pressed", String(isOn));
  };
  const toggle = (name, apply) => {
    button(name).addEventListener("click", () => {
      const isOn = button(name).getAttribute("aria-pressed") !== "true";
      apply(isOn);
      if (WIDE.matches) writeSetting(name, isOn);
    });
  };

  bar.hidden = false;
  // On a narrow screen the preview takes the place of the text.
  showPreview(WIDE.matches && (settings.preview ?? true));
  setPhoneWidth(settings.phone ?? false);
  setFocusMode(WIDE.matches && (settings.focus ?? false));
  toggle("preview", showPreview);
  toggle("phone", setPhoneWidth);
  toggle("focus", setFocusMode);
  addSplitter(layout, splitter, settings.width);
  addSheet(form.querySelector("#details"), button("details"));
}

// The separator between text and preview (ARIA window splitter pattern).
function addSplitter(layout, splitter, width = 50) {
  const limit = (name) => Number(splitter.getAttribute(`aria-value${name}`));
  const resize = (percent) => {
    const value = Math.round(Math.min(limit("max"), Math.max(limit("min"), percent)));
    splitter.setAttribute("aria-valuenow", String(value));
    layout.style.setProperty("--source-width", `${value}fr`);
    layout.style.setProperty("--preview-width", `${100 - value}fr`);
    return value;
  };
  const store = (percent) => writeSetting("width", resize(percent));

  resize(width);
  splitter.addEventListener("keydown", (event) => {
    const forward = isRightToLeft(splitter) ? "ArrowLeft" : "ArrowRight";
    const backward = forward === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
    const now = limit("now");
    const moves = { [forward]: now + STEP, [backward]: now - STEP, Home: limit("min"), End: limit("max") };
    if (!(event.key in moves)) return;
    event.preventDefault();
    store(moves[event.key]);
  });
  splitter.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    splitter.setPointerCapture(event.pointerId);
    const source = layout.querySelector(".editor-main").getBoundingClientRect();
    const preview = document.getElementById("body_preview").getBoundingClientRect();
    const total = source.width + preview.width;
    const start = isRightToLeft(splitter) ? source.right : source.left;
    const move = ({ clientX }) => resize((Math.abs(clientX - start) / total) * 100);
    splitter.addEventListener("pointermove", move);
    splitter.addEventListener(
      "lostpointercapture",
      () => {
        splitter.removeEventListener("pointermove", move);
        store(limit("now"));
      },
      { once: true },
    );
  });
}

// On a narrow screen the side panel is a sheet above the bar at the bottom.
function addSheet(panel, button) {
  const setOpen = (isOpen) => {
    document.documentElement.classList.toggle("has-sheet", isOpen);
    button.setAttribute("aria-expanded", String(isOpen));
  };
  const isOpen = () => button.getAttribute("aria-expanded") === "true";

  document.documentElement.classList.add("has-panes");
  button.addEventListener("click", () => {
    setOpen(!isOpen());
    if (isOpen()) panel.querySelector("[role=tab][tabindex='0']")?.focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || !isOpen() || WIDE.matches) return;
    setOpen(false);
    button.focus();
  });
  // An invalid field in the sheet must be seen.
  panel.addEventListener("invalid", () => setOpen(true), true);
}
