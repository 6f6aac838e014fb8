// New turns, told to a screen reader: the last one in full, and at most once in EVERY_MS, however
// many there are.
import { byId, emotions, text } from "./words.js";

const EVERY_MS = 6000;
const box = byId("announcer");
let waiting = [], timer = null, again = 0;

const tell = () => {
  const turn = waiting.at(-1), more = waiting.length;
  const words = text("announce", {
    player: turn.player_name, npc: turn.npc_name, said: turn.player_text, text: turn.npc_text,
    emotion: emotions[turn.emotion],
  });
  box.textContent = more > 1 ? `${text("new_turns", more)} ${words}` : words;
  waiting = [];
  timer = null;
  again = Date.now() + EVERY_MS;
};

export const announce = (turn) => {
  waiting.push(turn);
  if (waiting.length > 1000) waiting.shift();
  timer ??= setTimeout(tell, Math.max(0, again - Date.now()));
};

/** Something that is not a turn. */
export const say = (words) => { box.textContent = words; };
