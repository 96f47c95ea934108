// Positions in the text of a textarea, measured in a hidden copy of it.

const COPIED_PROPERTIES = [
  "boxSizing", "width", "direction", "textAlign", "textIndent", "tabSize",
  "paddingTop", "paddingRight", "paddingBottom", "paddingLeft",
  "borderTopWidth", "borderRightWidth", "borderBottomWidth", "borderLeftWidth",
  "fontFamily", "fontSize", "fontWeight", "fontStyle", "fontStretch", "lineHeight",
  "letterSpacing", "wordSpacing", "textTransform",
];
// Laying out a longer copy would delay typing.
const MAX_LENGTH = 200_000;

// The rectangle of the caret, or of the character at `index`.
export function caretPosition(textarea, index = textarea.selectionStart) {
  const frame = textarea.getBoundingClientRect();
  if (index > MAX_LENGTH) {
    return { left: frame.left, top: frame.bottom - 40, bottom: frame.bottom - 20 };
  }
  const caret = measureCaret(textarea, index);
  const top = frame.top + caret.top - textarea.scrollTop;
  return { left: frame.left + caret.left, top, bottom: top + caret.height };
}

// The distances of lines, by number from 0 in ascending order, from the top of the textarea in pixels.
// The height of the text between two of them is measured again only if it has changed, so that the
// time after a key does not depend on the length of the text.
export function linePositions(textarea, lines) {
  const { value, clientWidth } = textarea;
  if (value.length > MAX_LENGTH) return [];
  const parts = splitLines(value, lines);
  const former = measured.width === clientWidth ? measured.heights : new Map();
  const changed = [...new Set(parts)].filter((part) => !former.has(part));
  const remeasured = new Map(measureHeights(textarea, changed));
  const heights = new Map(parts.map((part) => [part, former.get(part) ?? remeasured.get(part)]));
  measured = { width: clientWidth, heights };
  const { paddingTop, borderTopWidth } = getComputedStyle(textarea);
  let top = parseFloat(paddingTop) + parseFloat(borderTopWidth);
  return parts.map((part) => (top += heights.get(part)));
}

// The heights of parts of the text by these, and the width for which they were measured.
let measured = { width: 0, heights: new Map() };

// The text before the first of these lines, and between each of them and the next.
function splitLines(text, lines) {
  const parts = [];
  let [line, start, index] = [0, 0, 0];
  for (const number of lines) {
    for (; line < number && index >= 0; line += 1) index = text.indexOf("\n", index) + 1 || -1;
    if (index < 0) break;
    parts.push(text.slice(start, index));
    start = index;
  }
  return parts;
}

function measureHeights(textarea, parts) {
  const copy = copyBox(textarea);
  const boxes = parts.map((part) => {
    const box = document.createElement("div");
    box.textContent = part;
    return box;
  });
  copy.append(...boxes);
  document.body.append(copy);
  const heights = boxes.map((box, index) => [parts[index], box.getBoundingClientRect().height]);
  copy.remove();
  return heights;
}

// The position of an index of the text, relative to the textarea without its scrolling.
function measureCaret(textarea, index) {
  const copy = copyBox(textarea);
  const mark = document.createElement("span");
  mark.textContent = "\u200b";
  copy.append(textarea.value.slice(0, index), mark);
  document.body.append(copy);
  const outer = copy.getBoundingClientRect();
  const { left, top, height } = mark.getBoundingClientRect();
  copy.remove();
  return { left: left - outer.left, top: top - outer.top, height };
}

// A hidden box in which text is laid out as in the textarea.
function copyBox(textarea) {
  const style = getComputedStyle(textarea);
  const copy = document.createElement("div");
  for (const property of COPIED_PROPERTIES) copy.style[property] = style[property];
  Object.assign(copy.style, {
    position: "absolute", visibility: "hidden", insetBlockStart: "0", insetInlineStart: "0",
    borderStyle: "solid", whiteSpace: "pre-wrap", overflowWrap: "break-word",
  });
  copy.style.width = `${textarea.clientWidth + parseFloat(style.borderLeftWidth) + parseFloat(style.borderRightWidth)}px`;
  return copy;
}
