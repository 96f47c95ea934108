// A menu of actions in <details>: Escape and a click or focus outside close it.

export function closeMenus(form) {
  for (const menu of form.querySelectorAll("details[data-menu]")) {
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      event.preventDefault();
      menu.open = false;
      menu.querySelector("summary").focus();
    });
    const closeOutside = ({ target }) => menu.contains(target) || (menu.open = false);
    document.addEventListener("pointerdown", closeOutside);
    document.addEventListener("focusin", closeOutside);
  }
}
