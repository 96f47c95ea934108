// A button that goes round the choices of colours: as the system says, light, dark.

const CHOICES = ["auto", "light", "dark"];

export function offerThemes(button) {
  if (!button) return;
  const label = button.querySelector("b");
  let choice = document.documentElement.dataset.theme ?? "auto";

  const show = () => {
    label.textContent = button.dataset[choice];
  };

  button.addEventListener("click", () => {
    choice = CHOICES[(CHOICES.indexOf(choice) + 1) % CHOICES.length];
    apply(choice);
    show();
  });
  show();
  button.hidden = false;
}

function apply(choice) {
  const root = document.documentElement;
  if (choice === "auto") {
    delete root.dataset.theme;
  } else {
    root.dataset.theme = choice;
  }
  try {
    localStorage.setItem("theme", choice);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}
