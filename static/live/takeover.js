// Speaking as the NPC: take the conversation, write, give it back. The server decides who may.
import { get, post } from "./post.js";
import { byId, text } from "./words.js";

const HERE_MS = 20000;

export class Takeover {
  constructor(section, isConnected) {
    this.section = section;
    this.held = JSON.parse(byId("held").textContent);
    this.show();
    if (!section.dataset.take) return;
    byId("take").addEventListener("click", () => this.act("take").then(() => byId("speak-text").focus()));
    byId("give").addEventListener("click", () => this.act("give").then(() => byId("take").focus()));
    const form = byId("speak");
    form.addEventListener("submit", (event) => { event.preventDefault(); this.say(form); });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    });
    setInterval(() => { if (this.mine && isConnected()) this.act("here"); }, HERE_MS);
  }

  get mine() { return Boolean(this.held.holder) && this.held.holder === this.section.dataset.me; }

  async say(form) {
    const { text: words, emotion } = form;
    if (await this.act("say", { text: words.value, emotion: emotion.value })) words.value = "";
  }

  async act(what, fields = {}) {
    const error = byId("takeover-error");
    try {
      this.held = await post(this.section.dataset[what], fields);
      error.hidden = true;
      return true;
    } catch (problem) {
      error.textContent = problem.message;
      error.hidden = false;
      return false;
    } finally {
      this.show();
    }
  }

  /** What another page, or the end of the time, has changed. */
  event(topic, payload) {
    if (topic === "takeover") this.held = { ...this.held, ...payload, lines: payload.holder ? this.held.lines : [] };
    if (topic === "line" && !this.held.lines.includes(payload.text)) this.held.lines.push(payload.text);
    if (topic === "turn" && payload.source === "staff") {
      this.held.lines = this.held.lines.filter((line) => !payload.npc_text.includes(line));
    }
    this.show();
  }

  async refresh() {
    const held = await get(this.section.dataset.status);
    if (held) { this.held = held; this.show(); }
  }

  show() {
    const { holder, lines } = this.held, title = byId("takeover-title");
    const words = this.mine ? text("you_hold") : holder ? text("held_by", holder) : text("free");
    if (title.textContent !== words) title.textContent = words;
    byId("holder").textContent = words;
    byId("holder").hidden = !holder;
    this.section.dataset.held = this.mine ? "mine" : holder ? "other" : "";
    if (!this.section.dataset.take) return;
    byId("take").hidden = Boolean(holder);
    byId("give").hidden = byId("speak").hidden = !this.mine;
    byId("take-hint").hidden = Boolean(holder) && !this.mine;
    byId("lines").replaceChildren(...lines.map((line) => {
      const node = document.createElement("li");
      node.textContent = text("line_waits", line);
      return node;
    }));
  }
}
