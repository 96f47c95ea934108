// Menus of actions in <details>: Escape and a click or focus outside close them.

export function closeMenus() {
  document.addEventListener("keydown", (event) => {
    const menu = event.target.closest?.("details[data-menu][open]");
    if (event.key !== "Escape" || !menu) return;
    event.preventDefault();
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  for (const name of ["pointerdown", "focusin"]) {
    document.addEventListener(name, ({ target }) => {
      for (const menu of document.querySelectorAll("details[data-menu][open]")) {
        if (!menu.contains(target)) menu.open = false;
      }
    });
  }
}
