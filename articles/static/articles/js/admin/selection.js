// The checkboxes of a list → the bar of its actions: how many rows are selected, or all of them.

const bar = document.querySelector(".bulk-bar");
if (bar) start(bar, [...document.querySelectorAll(".action-select")]);

function start(bar, boxes) {
  const toggle = bar.querySelector("#action-toggle");
  const count = bar.querySelector(".bulk-count");
  const across = bar.querySelector(".bulk-across");
  const store = bar.querySelector("[name=select_across]");
  let last = null;

  const update = () => {
    const selected = boxes.filter((box) => box.checked).length;
    const isAcross = store.value === "1";
    toggle.checked = selected > 0 && selected === boxes.length;
    toggle.indeterminate = selected > 0 && !toggle.checked;
    bar.classList.toggle("is-empty", selected === 0);
    const template = isAcross ? count.dataset.all : count.dataset.some;
    const number = isAcross ? bar.dataset.total : selected;
    count.textContent = selected ? template.replace("{count}", number) : "";
    if (across) across.hidden = !toggle.checked || isAcross;
    boxes.forEach((box) => box.closest("tr").classList.toggle("selected", box.checked));
  };
  const select = (rows, checked) => {
    rows.forEach((box) => (box.checked = checked));
    store.value = "0";
    update();
  };

  toggle.addEventListener("change", () => select(boxes, toggle.checked));
  across?.addEventListener("click", () => {
    store.value = "1";
    update();
    count.focus();
  });
  boxes.forEach((box, index) =>
    // With Shift, as everywhere, the rows up to the last one too.
    box.addEventListener("click", (event) => {
      const range = event.shiftKey && last !== null ? [last, index].sort((a, b) => a - b) : null;
      select(range ? boxes.slice(range[0], range[1] + 1) : [box], box.checked);
      last = index;
    }),
  );
  // The browser restores checkboxes when one goes back to the page.
  window.addEventListener("pageshow", update);
  bar.classList.add("is-enhanced");
  update();
}
