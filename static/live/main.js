// The live view of one server, or of one conversation.
import { announce } from "./announce.js";
import { showFlags } from "./card.js";
import { CatchUp } from "./catchup.js";
import { Filters } from "./filters.js";
import { act } from "./flagging.js";
import { List } from "./list.js";
import { plot } from "./plot.js";
import { get } from "./post.js";
import { Feed } from "./socket.js";
import { over, sentence, waiting } from "./spoken.js";
import { Takeover } from "./takeover.js";
import { byId, text } from "./words.js";

const KEPT = 300, KEPT_TALK = 1000, SURE_MS = 60000;
const log = byId("log"), state = byId("state"), pause = byId("pause"), talk = log.dataset.talk;

const filters = new Filters(byId("filters"), {
  onChange: () => showEmpty(list.filter()),
  onSettled: () => { fetchAll = true; feed.want(wanted()); },
});
const wanted = () => (talk ? { conversation: talk } : filters.values);
let fetchAll = false;

const showEmpty = (shown = list.filter()) => {
  byId("empty").hidden = filters.active || log.children.length > 0;
  if (byId("nothing")) byId("nothing").hidden = !filters.active || shown > 0;
};

const list = new List(log, {
  kept: talk ? KEPT_TALK : KEPT,
  fits: (node) => !filters.form || filters.fits(node),
  onHeld: (number, more) => { pause.textContent = text(more ? "go_on_many" : "go_on_new", number); },
  onShown: (turn, node, fresh) => {
    byId("empty").hidden = true;
    if (byId("nothing") && !node.hidden) byId("nothing").hidden = true;
    if (fresh && !node.hidden) announce(turn);
    plot(turn);
  },
});

const catchUp = new CatchUp(log.dataset.turns, Number(log.dataset.upto), {
  filter: wanted,
  onTurns: (turns, all) => {
    const newest = list.newest, earlier = byId("earlier");
    // What "Earlier turns" will bring is not brought now.
    const first = earlier && !earlier.hidden ? Number(log.firstElementChild?.dataset.turn) : 0;
    turns.filter((turn) => turn.turn_id >= first).forEach((turn) => list.add(turn, { fresh: !all || Number(turn.turn_id) > newest }));
    showEmpty();
  },
  onGap: () => list.clear(),
});

const takeover = byId("takeover") ? new Takeover(byId("takeover"), () => feed.open) : null;

const alarm = ({ turn_id: turn, conversation_id: id }) => {
  const box = byId("alarm"), link = box.querySelector("a");
  link.href = talk ? `../${Number(id)}/` : `talks/${Number(id)}/`;
  link.textContent = text("alarm");
  box.dataset.turn = turn;
  box.hidden = false;
};

const onEvent = (topic, payload) => {
  if (topic === "turn") {
    over(payload.request_id);
    list.add(payload);
  }
  if (topic === "sentence" && !list.paused) sentence(payload);
  if (topic === "waiting" && !list.paused) waiting(payload, takeover?.mine);
  if (topic === "flags") {
    const card = list.card(payload.turn_id);
    if (card) showFlags(card, payload.flags);
  }
  if (topic === "alert") alarm(payload);
  if (topic === "erased") list.erase(payload.char_id);
  if (!talk || String(payload.conversation_id) === talk) takeover?.event(topic, payload);
};

const feed = new Feed(log.dataset.socket, {
  onEvent,
  onState: (name, words) => { state.dataset.state = name; state.textContent = words; },
  onResync: () => {
    catchUp.run({ all: fetchAll });
    fetchAll = false;
    takeover?.refresh();
  },
});
feed.filter = wanted();
setInterval(() => { if (feed.open && !document.hidden) catchUp.run(); }, SURE_MS);

const togglePause = () => {
  const hold = !list.paused;
  pause.setAttribute("aria-pressed", String(hold));
  pause.textContent = text(hold ? "go_on" : "pause");
  list.pause(hold);
};
pause.addEventListener("click", togglePause);

log.addEventListener("click", ({ target }) => {
  const card = target.closest(".turn");
  if (card) act(card, target);
});
log.addEventListener("focusin", ({ target }) => list.roving(target.closest(".turn")));
log.addEventListener("keydown", (event) => {
  const card = event.target;
  if (!card.matches(".turn") || event.ctrlKey || event.altKey || event.metaKey) return;
  const steps = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, Home: "first", End: "last" };
  const links = { o: ".open", f: ".flag" };
  if (event.key in steps) list.go(card, steps[event.key]);
  else if (event.key in links) card.querySelector(links[event.key])?.click();
  else if (event.key === "p") togglePause();
  else return;
  event.preventDefault();
});

byId("earlier")?.addEventListener("click", async ({ target }) => {
  const before = log.firstElementChild?.dataset.turn || 0;
  const found = await get(`${target.dataset.url}?before=${before}`);
  if (!found) return;
  found.turns.forEach((turn) => list.add(turn, { fresh: false }));
  target.hidden = !found.more;
});

showEmpty();
if (!talk) log.lastElementChild?.scrollIntoView({ block: "end" });
