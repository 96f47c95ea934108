// The toolbar over the text: one stop for Tab, arrows, Home and End go round its buttons.

export function addToolbar(area, run) {
  const template = document.getElementById("toolbar_template");
  const toolbar = template.content.firstElementChild.cloneNode(true);
  const buttons = [...toolbar.querySelectorAll("button")];
  area.closest(".body-field").prepend(toolbar);

  toolbar.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-command]");
    if (!button) return;
    stop(buttons, button);
    run(button.dataset.command, button);
  });
  toolbar.addEventListener("keydown", (event) => move(event, buttons));
  stop(buttons, buttons[0]);
  return toolbar;
}

function move(event, buttons) {
  const here = buttons.indexOf(document.activeElement);
  const forward = getComputedStyle(event.currentTarget).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
  const backward = forward === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
  const last = buttons.length - 1;
  const moves = {
    [forward]: here === last ? 0 : here + 1,
    [backward]: here === 0 ? last : here - 1,
    Home: 0,
    End: last,
  };
  if (here === -1 || !(event.key in moves)) return;
  event.preventDefault();
  stop(buttons, buttons[moves[event.key]]);
  buttons[moves[event.key]].focus();
}

function stop(buttons, current) {
  for (const button of buttons) button.tabIndex = button === current ? 0 : -1;
}
