// Where in the window a place in the text of a textarea is.

const COPIED = [
  "boxSizing", "width", "direction", "textAlign", "textIndent", "tabSize",
  "paddingTop", "paddingRight", "paddingBottom", "paddingLeft",
  "borderTopWidth", "borderRightWidth", "borderBottomWidth", "borderLeftWidth",
  "fontFamily", "fontSize", "fontWeight", "fontStyle", "fontStretch", "lineHeight",
  "letterSpacing", "wordSpacing", "textTransform",
];
// Beyond this a copy of the text takes longer to lay out than a writer waits.
const LONGEST = 200_000;

export function caretPlace(area, index = area.selectionStart) {
  const frame = area.getBoundingClientRect();
  if (index > LONGEST) {
    return { left: frame.left, top: frame.bottom - 40, bottom: frame.bottom - 20 };
  }
  const style = getComputedStyle(area);
  const copy = document.createElement("div");
  for (const property of COPIED) copy.style[property] = style[property];
  Object.assign(copy.style, {
    position: "absolute", visibility: "hidden", insetBlockStart: "0", insetInlineStart: "0",
    borderStyle: "solid", whiteSpace: "pre-wrap", overflowWrap: "break-word",
  });
  copy.style.width = `${area.clientWidth + parseFloat(style.borderLeftWidth) + parseFloat(style.borderRightWidth)}px`;
  const mark = document.createElement("span");
  mark.textContent = "\u200b";
  copy.append(area.value.slice(0, index), mark);
  document.body.append(copy);
  const outer = copy.getBoundingClientRect();
  const inner = mark.getBoundingClientRect();
  copy.remove();

  const top = frame.top + inner.top - outer.top - area.scrollTop;
  return { left: frame.left + inner.left - outer.left, top, bottom: top + inner.height };
}
