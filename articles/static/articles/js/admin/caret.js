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
  const [caret] = measure(textarea, [index]);
  const top = frame.top + caret.top - textarea.scrollTop;
  return { left: frame.left + caret.left, top, bottom: top + caret.height };
}

// The distances of lines, by number from 0 in ascending order, from the top of the textarea in pixels.
export function linePositions(textarea, lines) {
  if (textarea.value.length > MAX_LENGTH) return [];
  const indexes = [];
  let [line, index] = [0, 0];
  for (const number of lines) {
    for (; line < number && index >= 0; line += 1) index = textarea.value.indexOf("\n", index) + 1 || -1;
    if (index < 0) break;
    indexes.push(index);
  }
  return measure(textarea, indexes).map(({ top }) => top);
}

// The positions of ascending indexes of the text, relative to the textarea without its scrolling.
function measure(textarea, indexes) {
  const style = getComputedStyle(textarea);
  const copy = document.createElement("div");
  for (const property of COPIED_PROPERTIES) copy.style[property] = style[property];
  Object.assign(copy.style, {
    position: "absolute", visibility: "hidden", insetBlockStart: "0", insetInlineStart: "0",
    borderStyle: "solid", whiteSpace: "pre-wrap", overflowWrap: "break-word",
  });
  copy.style.width = `${textarea.clientWidth + parseFloat(style.borderLeftWidth) + parseFloat(style.borderRightWidth)}px`;
  const marks = indexes.map((index, position) => {
    const mark = document.createElement("span");
    mark.textContent = "\u200b";
    copy.append(textarea.value.slice(indexes[position - 1] ?? 0, index), mark);
    return mark;
  });
  document.body.append(copy);
  const outer = copy.getBoundingClientRect();
  const rectangles = marks.map((mark) => mark.getBoundingClientRect());
  copy.remove();
  return rectangles.map(({ left, top, height }) => ({ left: left - outer.left, top: top - outer.top, height }));
}
