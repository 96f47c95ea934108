// Scroll the preview in step with the source. Both are matched by the lines that blocks begin at; in
// between, and if these are not known, in proportion.

import { linePositions } from "./caret.js";

// Return a function to call with the lines of the blocks after each rendering.
export function scrollInStep(textarea, frame, prose) {
  let lines = [];
  let points;
  let frameRequest;

  const measure = () => {
    const blocks = [...prose.children];
    const pane = frame.getBoundingClientRect().top - frame.scrollTop;
    // Footnotes follow the blocks.
    const isMatched = lines.length > 1 && [0, 1].includes(blocks.length - lines.length);
    const sources = isMatched ? linePositions(textarea, lines) : [];
    points = [
      [0, 0],
      ...sources.map((source, index) => [source, blocks[index].getBoundingClientRect().top - pane]),
      [textarea.offsetHeight, frame.scrollHeight],
    ];
  };
  const scroll = () => {
    frameRequest = undefined;
    if (!frame.offsetParent) return;
    // The same height of the screen for both: that of the top of the preview.
    const position = frame.getBoundingClientRect().top - textarea.getBoundingClientRect().top;
    if (position > 0 && !points) measure();
    frame.scrollTop = position > 0 ? interpolate(points, position) : 0;
  };
  addEventListener("scroll", () => (frameRequest ??= requestAnimationFrame(scroll)), { passive: true });
  addEventListener("resize", () => (points = undefined));
  textarea.addEventListener("input", () => (points = undefined));
  return (blocks) => {
    lines = blocks;
    points = undefined;
    scroll();
  };
}

function interpolate(points, position) {
  const next = points.findIndex(([source]) => source > position);
  if (next === -1) return points.at(-1)[1];
  const [[fromSource, fromPreview], [toSource, toPreview]] = [points[next - 1], points[next]];
  return fromPreview + ((position - fromSource) / (toSource - fromSource)) * (toPreview - fromPreview);
}
