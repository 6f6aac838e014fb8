// The list of turns: in the order of their ids, none twice, the newest KEPT of them. While paused,
// new ones wait outside, as many as the list would keep.
import { build, dress, reach } from "./card.js";

const REMEMBERED = 5000;

export class List {
  constructor(log, { kept, fits, onHeld, onShown }) {
    Object.assign(this, { log, kept, fits, onHeld, onShown });
    this.paused = false;
    this.held = [];
    this.gap = this.dropped = false;
    this.known = new Set();
    for (const node of log.children) {
      this.known.add(Number(node.dataset.turn));
      dress(node);
    }
    this.roving(log.lastElementChild);
  }

  get newest() { return Math.max(0, ...this.known); }

  has(id) { return this.known.has(Number(id)); }

  holds(id) { return this.held.some((turn) => Number(turn.turn_id) === id); }

  card(id) { return this.log.querySelector(`[data-turn="${Number(id)}"]`); }

  add(turn, { fresh = true } = {}) {
    const id = Number(turn.turn_id);
    if (this.known.has(id) && (fresh || this.card(id) || this.holds(id))) return;
    this.known.add(id);
    if (this.known.size > REMEMBERED) this.known.delete(this.known.values().next().value);
    if (!this.paused || !fresh) return this.place(turn, fresh);
    this.held.push(turn);
    if (this.held.length > this.kept) {
      this.held.shift();
      this.dropped = true;
    }
    this.onHeld(this.held.length, this.dropped);
  }

  place(turn, fresh) {
    if (this.card(turn.turn_id)) return;
    const last = this.log.lastElementChild;
    const follow = !last || last.getBoundingClientRect().bottom < window.innerHeight + 200;
    const node = build(turn);
    if (fresh) node.classList.add("new");
    node.hidden = !this.fits(node);
    let before = this.log.lastElementChild;
    while (before && Number(before.dataset.turn) > Number(turn.turn_id)) before = before.previousElementSibling;
    if (before) before.after(node); else this.log.prepend(node);
    if (fresh) this.trim();
    if (!this.log.querySelector('.turn[tabindex="0"]')) this.roving(node);
    this.onShown(turn, node, fresh);
    if (fresh && follow && !this.log.contains(document.activeElement)) {
      this.log.lastElementChild.scrollIntoView({ block: "nearest" });
    }
  }

  trim() {
    while (this.log.children.length > this.kept) {
      const oldest = this.log.firstElementChild;
      if (oldest.contains(document.activeElement)) oldest.nextElementSibling.focus();
      oldest.remove();
    }
  }

  /** A player was erased: nothing of theirs stays on the page. */
  erase(char) {
    this.held = this.held.filter((turn) => Number(turn.char_id) !== Number(char));
    this.log.querySelectorAll(`[data-char="${Number(char)}"]`).forEach((node) => node.remove());
  }

  /** Too much was missed to show it all: begin with what is whole. Who paused to read goes on
      reading until they go on. */
  clear() {
    this.held = [];
    this.known.clear();
    this.gap = this.dropped = this.paused;
    if (!this.paused) this.log.replaceChildren();
    else for (const node of this.log.children) this.known.add(Number(node.dataset.turn));
  }

  pause(on) {
    this.paused = on;
    if (on) return;
    if (this.gap) this.log.replaceChildren();
    this.gap = this.dropped = false;
    this.held.splice(0).forEach((turn) => this.place(turn, true));
  }

  filter() {
    let shown = 0;
    for (const node of this.log.children) {
      node.hidden = !this.fits(node);
      shown += node.hidden ? 0 : 1;
    }
    return shown;
  }

  /** The one card that Tab reaches; arrow keys go on from there. */
  roving(node) {
    for (const other of this.log.querySelectorAll('.turn[tabindex="0"]')) {
      if (other !== node) reach(other, false);
    }
    if (node) reach(node, true);
  }

  go(from, step) {
    const all = [...this.log.children].filter((node) => !node.hidden);
    const at = step === "first" ? 0 : step === "last" ? all.length - 1 : all.indexOf(from) + step;
    const node = all[Math.min(Math.max(at, 0), all.length - 1)];
    this.roving(node);
    node?.focus();
  }
}
