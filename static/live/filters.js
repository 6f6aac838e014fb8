// The filters: hide at once, then tell the server so that it sends nothing else, and keep the address
// in step so that a filtered view can be shared.
const SETTLE_MS = 500;

const has = (words, part) => words.toLowerCase().includes(part.toLowerCase());

export class Filters {
  constructor(form, { onChange, onSettled }) {
    this.form = form;
    this.values = {};
    if (!form) return;
    this.read();
    let settling = 0;
    const changed = () => {
      this.read();
      onChange();
      clearTimeout(settling);
      settling = setTimeout(() => { this.remember(); onSettled(); }, SETTLE_MS);
    };
    form.addEventListener("input", changed);
    form.addEventListener("submit", (event) => event.preventDefault());
    document.getElementById("clear").addEventListener("click", () => {
      for (const field of form.elements) if (field.name) field.value = "";
      changed();
    });
  }

  get active() { return Object.keys(this.values).length > 0; }

  read() {
    const given = [...new FormData(this.form)].map(([name, value]) => [name, value.trim()]);
    this.values = Object.fromEntries(given.filter(([, value]) => value));
  }

  remember() {
    const query = new URLSearchParams(this.values).toString();
    history.replaceState(null, "", query ? `?${query}` : location.pathname);
  }

  fits(node) {
    const { npc = "", player = "", map = "", language, source } = this.values;
    const name = (selector) => node.querySelector(selector).textContent;
    return (has(name(".npc"), npc) || has(node.dataset.npc, npc))
      && (has(name(".player"), player) || node.dataset.char === player)
      && has(node.dataset.map, map)
      && (!language || node.dataset.language === language)
      && (!source || node.dataset.source === source);
  }
}
