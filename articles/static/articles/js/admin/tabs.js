// Sections of the side panel → tabs (ARIA tabs pattern). Without JavaScript they follow one another.

import { isRightToLeft, readSettings, writeSetting } from "./settings.js";

export function addTabs(container) {
  const panels = [...container.querySelectorAll("[data-tab]")];
  const list = document.createElement("div");
  list.className = "tab-list";
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", container.dataset.label);
  const tabs = panels.map((panel) => tabOf(panel));
  list.append(...tabs);
  container.prepend(list);

  const select = (index) => {
    tabs.forEach((tab, position) => {
      const isSelected = position === index;
      tab.setAttribute("aria-selected", String(isSelected));
      tab.tabIndex = isSelected ? 0 : -1;
      panels[position].hidden = !isSelected;
    });
  };
  const selectAndStore = (index) => {
    select(index);
    writeSetting("tab", panels[index].dataset.tab);
  };

  list.addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]");
    if (tab) selectAndStore(tabs.indexOf(tab));
  });
  list.addEventListener("keydown", (event) => {
    const index = nextIndex(event, tabs);
    if (index === undefined) return;
    event.preventDefault();
    selectAndStore(index);
    tabs[index].focus();
  });
  // Show a field that is to be corrected.
  container.addEventListener("invalid", (event) => select(panels.indexOf(event.target.closest("[data-tab]"))), true);
  const withError = panels.findIndex((panel) => panel.querySelector(".errorlist"));
  const stored = panels.findIndex((panel) => panel.dataset.tab === readSettings().tab);
  select(withError >= 0 ? withError : Math.max(0, stored));
}

// The tab has the text of the panel's heading, which stays for users who navigate by headings.
function tabOf(panel) {
  const heading = panel.querySelector("h2");
  heading.classList.add("visually-hidden");
  const tab = document.createElement("button");
  tab.type = "button";
  tab.id = `${panel.id}_tab`;
  tab.textContent = heading.textContent;
  tab.setAttribute("role", "tab");
  tab.setAttribute("aria-controls", panel.id);
  panel.setAttribute("role", "tabpanel");
  panel.setAttribute("aria-labelledby", tab.id);
  panel.tabIndex = 0;
  return tab;
}

function nextIndex(event, tabs) {
  const current = tabs.indexOf(document.activeElement);
  if (current === -1) return undefined;
  const forward = isRightToLeft(tabs[0]) ? "ArrowLeft" : "ArrowRight";
  const backward = forward === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
  const last = tabs.length - 1;
  const moves = {
    [forward]: current === last ? 0 : current + 1,
    [backward]: current === 0 ? last : current - 1,
    Home: 0,
    End: last,
  };
  return moves[event.key];
}
