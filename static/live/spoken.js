// What is being said at this moment: sentences of an answer that is still being made, and players
// who wait for a game master. One line for each, a few at most, gone when the turn is there.
import { byId, text } from "./words.js";

const MOST = 4, SILENT_MS = 8000;
const box = byId("speaking"), lines = new Map();

const line = (key) => {
  if (!lines.has(key)) {
    const node = document.createElement("p");
    box.append(node);
    lines.set(key, { node, words: [] });
    if (lines.size > MOST) over(lines.keys().next().value);
  }
  return lines.get(key);
};

export const over = (key) => {
  const one = lines.get(key);
  if (!one) return;
  clearTimeout(one.silent);
  clearInterval(one.ticking);
  one.node.remove();
  lines.delete(key);
  box.hidden = lines.size === 0;
};

const last = (key, one, ms) => {
  box.hidden = false;
  clearTimeout(one.silent);
  one.silent = setTimeout(() => over(key), ms);
};

export const sentence = (event) => {
  const key = event.request_id || `${event.npc_name}>${event.player_name}`, one = line(key);
  clearInterval(one.ticking);
  one.words.push(event.text);
  const { npc_name: npc, player_name: player } = event;
  one.node.textContent = text("speaks", { npc, player, text: one.words.join(" ") });
  last(key, one, SILENT_MS);
};

/** A player's line, and how long there is for a game master to answer it. */
export const waiting = (event, mine) => {
  const key = event.request_id, one = line(key), until = Date.now() + event.seconds * 1000;
  const { npc_name: npc, player_name: player } = event;
  const words = text("waits", { npc, player, text: event.player_text });
  const tick = () => {
    const left = Math.max(0, Math.ceil((until - Date.now()) / 1000));
    one.node.textContent = mine ? `${words} (${text("seconds_left", left)})` : words;
  };
  clearInterval(one.ticking);
  one.ticking = setInterval(tick, 1000);
  tick();
  last(key, one, event.seconds * 1000 + 2000);
};
