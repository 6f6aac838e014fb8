"use strict";
// Shows a slider's value beside it.
document.addEventListener("input", ({ target }) => {
  if (target.matches(".slider")) target.parentElement.querySelector("output").value = target.value;
});

// Boxes with a search (select2) get the names of the fields that they stand for: their own is empty.
const labelOf = (select) => (select.labels?.[0]?.textContent ?? select.title ?? select.name)
  .replace(/[:*\s]+$/, "").trim() || select.name;

const nameBoxes = () => {
  for (const select of document.querySelectorAll("select.select2-hidden-accessible")) {
    const box = select.nextElementSibling?.querySelector(".select2-selection");
    const shown = box?.querySelector(".select2-selection__rendered");
    if (!box || box.hasAttribute("aria-label")) continue;
    box.removeAttribute("aria-labelledby");
    for (const each of box.querySelectorAll(".select2-search__field")) {
      each.setAttribute("aria-label", labelOf(select));
    }
    box.setAttribute("aria-label", labelOf(select));
    shown?.setAttribute("aria-label", labelOf(select));
    if (shown?.id) box.setAttribute("aria-describedby", shown.id);
  }
};

window.addEventListener("load", () => {
  const $ = window.django?.jQuery;
  $?.(nameBoxes); // after those that make the boxes, which jQuery may run later than this
  $?.(document).on("select2:open", ({ target }) => {
    const open = (part) => document.querySelector(`.select2-container--open .select2-${part}`);
    const box = open("selection");
    for (const each of [open("search__field"), open("results__options")]) {
      each?.setAttribute("aria-label", labelOf(target));
    }
    box?.setAttribute("aria-controls", open("results__options")?.id ?? "");
  });
});
document.addEventListener("formset:added", () => setTimeout(nameBoxes));
