// A button on each code block that copies its text to the clipboard. Only where the browser lets
// scripts use the clipboard, which takes a secure context.

import { announce } from "./announce.js";

// Milliseconds for which the button says that the text was copied.
const CONFIRMATION = 2000;

export function enableCopying(prose) {
  if (!prose || !navigator.clipboard) return;
  const { copy, copied } = prose.dataset;
  for (const pre of prose.querySelectorAll("pre")) addButton(pre, copy, copied);
}

function addButton(pre, copy, copied) {
  const block = document.createElement("div");
  const button = document.createElement("button");
  block.className = "code-block";
  button.className = "copy-code";
  button.type = "button";
  button.lang = document.documentElement.lang;
  button.textContent = copy;
  pre.replaceWith(block);
  block.append(pre, button);
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(pre.textContent.replace(/\n$/, ""));
    button.textContent = copied;
    announce(copied);
    setTimeout(() => {
      button.textContent = copy;
    }, CONFIRMATION);
  });
}
