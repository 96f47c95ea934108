// Position of the caret of a textarea, in viewport coordinates: measured in a hidden copy of its text.

const COPIED_PROPERTIES = [
  "boxSizing", "width", "direction", "textAlign", "textIndent", "tabSize",
  "paddingTop", "paddingRight", "paddingBottom", "paddingLeft",
  "borderTopWidth", "borderRightWidth", "borderBottomWidth", "borderLeftWidth",
  "fontFamily", "fontSize", "fontWeight", "fontStyle", "fontStretch", "lineHeight",
  "letterSpacing", "wordSpacing", "textTransform",
];
// Laying out a longer copy would delay typing.
const MAX_LENGTH = 200_000;

export function caretPosition(textarea, index = textarea.selectionStart) {
  const frame = textarea.getBoundingClientRect();
  if (index > MAX_LENGTH) {
    return { left: frame.left, top: frame.bottom - 40, bottom: frame.bottom - 20 };
  }
  const style = getComputedStyle(textarea);
  const copy = document.createElement("div");
  for (const property of COPIED_PROPERTIES) copy.style[property] = style[property];
  Object.assign(copy.style, {
    position: "absolute", visibility: "hidden", insetBlockStart: "0", insetInlineStart: "0",
    borderStyle: "solid", whiteSpace: "pre-wrap", overflowWrap: "break-word",
  });
  copy.style.width = `${textarea.clientWidth + parseFloat(style.borderLeftWidth) + parseFloat(style.borderRightWidth)}px`;
  const caret = document.createElement("span");
  caret.textContent = "\u200b";
  copy.append(textarea.value.slice(0, index), caret);
  document.body.append(copy);
  const outer = copy.getBoundingClientRect();
  const inner = caret.getBoundingClientRect();
  copy.remove();

  const top = frame.top + inner.top - outer.top - textarea.scrollTop;
  return { left: frame.left + inner.left - outer.left, top, bottom: top + inner.height };
}
