"use strict";
// Shows a slider's value beside it.
document.addEventListener("input", ({ target }) => {
  if (target.matches(".slider")) target.parentElement.querySelector("output").value = target.value;
});
