// The toolbar of the editor (ARIA toolbar pattern): one tab stop; arrow keys, Home and End move the focus.

export function addToolbar(textarea, run) {
  const template = document.getElementById("toolbar_template");
  const toolbar = template.content.firstElementChild.cloneNode(true);
  const buttons = [...toolbar.querySelectorAll("button")];
  textarea.closest(".form-row").prepend(toolbar);

  toolbar.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) setTabStop(buttons, button);
    if (button?.dataset.command) run(button.dataset.command);
  });
  addMenu(document.getElementById("insert_menu"), run);
  toolbar.addEventListener("keydown", (event) => moveFocus(event, buttons));
  setTabStop(buttons, buttons[0]);
  return toolbar;
}

// What is inserted less often, as a popover of buttons with text.
function addMenu(menu, run) {
  menu.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-command]");
    if (!button) return;
    menu.hidePopover();
    run(button.dataset.command);
  });
}

function moveFocus(event, buttons) {
  const current = buttons.indexOf(document.activeElement);
  const forward = getComputedStyle(event.currentTarget).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
  const backward = forward === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
  const last = buttons.length - 1;
  const moves = {
    [forward]: current === last ? 0 : current + 1,
    [backward]: current === 0 ? last : current - 1,
    Home: 0,
    End: last,
  };
  if (current === -1 || !(event.key in moves)) return;
  event.preventDefault();
  setTabStop(buttons, buttons[moves[event.key]]);
  buttons[moves[event.key]].focus();
}

// Roving tabindex.
function setTabStop(buttons, current) {
  for (const button of buttons) button.tabIndex = button === current ? 0 : -1;
}
