// Forms of the portal. A form is sent once; limits stay within the chosen plan.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", () => {
    for (const button of form.querySelectorAll("button:not([type=button])")) button.disabled = true;
  });
}
// Coming back with the browser's button finds a form that can be sent again.
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("form[data-once] button")) button.disabled = false;
});

const box = document.querySelector("[data-limits]");
const maxima = JSON.parse(document.getElementById("plan-maxima")?.textContent ?? "{}");
const radios = [...document.querySelectorAll("[data-plan]")];

function bound() {
  const plan = maxima[radios.find((radio) => radio.checked)?.dataset.plan ?? maxima.present];
  if (!plan || !box) return;
  for (const [name, most] of Object.entries(plan)) {
    const input = box.querySelector(`[name="${name}"]`), note = box.querySelector(`[data-most="${name}"]`);
    if (!input || input.disabled) continue;
    input.max = Math.max(most, radios.length ? 0 : Number(input.defaultValue));
    if (radios.length && Number(input.value) > most) input.value = most;
    if (note) note.textContent = box.dataset.text.replace("%(number)s", most.toLocaleString());
  }
}
for (const radio of radios) radio.addEventListener("change", bound);
bound();
