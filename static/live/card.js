// One turn as an article. Everything players and NPCs say is put in with textContent.
import { byId, emotions, reasons, sources, text } from "./words.js";

const showChange = (node, by) => {
  node.dataset.way = by > 0 ? "up" : "down";
  node.textContent = Math.abs(by) < 0.005 ? "" : (by > 0 ? "+" : "−") + Math.abs(by).toFixed(2);
};

const showTime = (node) => {
  const at = new Date(node.dateTime);
  if (!Number.isNaN(at.valueOf())) node.textContent = at.toLocaleTimeString();
};

/** Tab reaches one card of the list and what is in it; arrow keys move to the others. */
export const reach = (card, on) => {
  card.tabIndex = on ? 0 : -1;
  for (const control of card.querySelectorAll(".turn-links > *, [data-unflag]")) {
    control.tabIndex = on ? 0 : -1;
  }
};

export const showFlags = (node, flags) => {
  const box = node.querySelector(".flags");
  node.dataset.flags = flags.join(" ");
  box.replaceChildren(...flags.map((reason) => {
    const badge = document.createElement(byId("flag-form") ? "button" : "span");
    badge.className = "badge bad";
    badge.textContent = `⚑ ${reasons[reason]}`;
    if (badge.type) {
      badge.type = "button";
      badge.dataset.unflag = reason;
      badge.setAttribute("aria-label", text("unflag", reasons[reason]));
      badge.title = text("unflag", reasons[reason]);
    } else {
      badge.setAttribute("aria-label", text("flagged", reasons[reason]));
    }
    return badge;
  }));
  reach(node, node.tabIndex === 0);
};

/** What a card that the server made still lacks. */
export const dress = (node) => {
  const change = node.querySelector(".change");
  showTime(node.querySelector("time"));
  showChange(change, Number(change.dataset.change));
  showFlags(node, (node.dataset.flags || "").split(" ").filter(Boolean));
};

export const build = (turn) => {
  const node = byId("turn").content.firstElementChild.cloneNode(true);
  const part = (selector) => node.querySelector(selector);
  const put = (selector, words) => { part(selector).textContent = words; };
  Object.assign(node.dataset, {
    turn: turn.turn_id, talk: turn.conversation_id, npc: turn.npc_key, char: turn.char_id,
    map: turn.map, source: turn.source, language: turn.language, flags: (turn.flags || []).join(" "),
  });
  put(".player", turn.player_name);
  put(".npc", turn.npc_name);
  put(".map", turn.map);
  put(".by-player", turn.player_text);
  put(".words", turn.npc_text);
  put(".feeling", emotions[turn.emotion] || turn.emotion);
  put(".amount", Number(turn.trust).toFixed(1));
  put(".source", sources[turn.source] || turn.source);
  put(".by", turn.spoken_by || "");
  put(".language", turn.language);
  put(".latency", `${turn.latency_ms} ms`);
  part(".face").dataset.emotion = turn.emotion;
  part(".face").setAttribute("aria-label", emotions[turn.emotion] || turn.emotion);
  part(".source").dataset.source = turn.source;
  part(".change").dataset.change = turn.trust_change;
  part("meter").value = turn.trust;
  part("time").dateTime = turn.at;
  if (part(".open")) part(".open").href = `talks/${Number(turn.conversation_id)}/`;
  dress(node);
  return node;
};
