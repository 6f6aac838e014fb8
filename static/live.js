"use strict";
// The live view of one server. Everything players and NPCs say is put in with textContent.
(() => {
  const KEPT = 300, REMEMBERED = 5000, ACK_EVERY = 25, PING_MS = 20000, SILENCE_MS = 50000, SENTENCE_MS = 8000;
  const SIGNED_OUT = 4401, STRANGER = 4403;
  const byId = (id) => document.getElementById(id);
  const log = byId("log"), state = byId("state"), filters = byId("filters"), pause = byId("pause");
  const shown = new Set(), held = [];
  let socket = null, attempt = 0, seen = 0, heard = 0, newest = 0, catching = null, again = false;

  const paused = () => pause.getAttribute("aria-pressed") === "true";
  const setState = (name, text) => { state.dataset.state = name; state.textContent = text; };

  const change = (node, by) => {
    node.dataset.way = by > 0 ? "up" : "down";
    node.textContent = Math.abs(by) < 0.005 ? "" : (by > 0 ? "+" : "−") + Math.abs(by).toFixed(2);
  };
  const localTime = (node) => {
    const at = new Date(node.dateTime);
    if (!Number.isNaN(at.valueOf())) node.textContent = at.toLocaleTimeString();
  };

  const build = (turn) => {
    const node = byId("turn").content.firstElementChild.cloneNode(true);
    const put = (selector, text) => { node.querySelector(selector).textContent = text; };
    Object.assign(node.dataset, {
      turn: turn.turn_id, npc: turn.npc_key, char: turn.char_id, map: turn.map, source: turn.source,
    });
    put(".player", turn.player_name);
    put(".npc", turn.npc_name);
    put(".map", turn.map);
    put(".by-player", turn.player_text);
    put(".words", turn.npc_text);
    put(".amount", Number(turn.trust).toFixed(1));
    put(".source", turn.source);
    put(".language", turn.language);
    put(".latency", `${turn.latency_ms} ms`);
    const face = node.querySelector(".face");
    face.dataset.emotion = turn.emotion;
    face.setAttribute("aria-label", turn.emotion);
    node.querySelector(".source").dataset.source = turn.source;
    node.querySelector("meter").value = turn.trust;
    node.querySelector("time").dateTime = turn.at;
    localTime(node.querySelector("time"));
    change(node.querySelector(".change"), Number(turn.trust_change));
    return node;
  };

  const has = (text, part) => text.toLowerCase().includes(part.trim().toLowerCase());
  const fits = (node) => {
    const { npc, player, map, source } = Object.fromEntries(new FormData(filters));
    const name = (selector) => node.querySelector(selector).textContent;
    return (has(name(".npc"), npc) || has(node.dataset.npc, npc))
      && (has(name(".player"), player) || node.dataset.char === player.trim())
      && has(node.dataset.map, map) && (!source || node.dataset.source === source);
  };
  const filter = () => { for (const node of log.children) node.hidden = !fits(node); };

  const nearEnd = () => window.innerHeight + window.scrollY > document.body.scrollHeight - 160;

  const add = (turn) => {
    const id = Number(turn.turn_id);
    if (shown.has(id)) return;
    shown.add(id);
    newest = Math.max(newest, id);
    if (shown.size > REMEMBERED) shown.delete(shown.values().next().value);
    if (paused()) {
      held.push(turn);
      if (held.length > KEPT) held.shift();
      pause.textContent = `Go on (${held.length} new)`;
    } else {
      place(turn);
    }
  };
  const place = (turn) => {
    const follow = nearEnd(), node = build(turn);
    node.classList.add("new");
    node.hidden = !fits(node);
    let after = log.lastElementChild;
    while (after && Number(after.dataset.turn) > Number(turn.turn_id)) after = after.previousElementSibling;
    after ? after.after(node) : log.prepend(node);
    while (log.children.length > KEPT) log.firstElementChild.remove();
    byId("empty").hidden = true;
    byId("speaking").hidden = true;
    if (follow) window.scrollTo(0, document.body.scrollHeight);
  };

  // What was said while nobody listened comes from the database.
  const catchUp = () => {
    if (catching) { again = true; return; }
    catching = fetch(`${log.dataset.catchUp}?after=${newest}`, { credentials: "same-origin" })
      .then((response) => response.ok ? response.json() : Promise.reject(new Error(response.status)))
      .then(({ turns }) => {
        if (turns.length && shown.size && Number(turns[0].turn_id) > newest) {
          log.replaceChildren(); // too much was missed to show it all; begin with what is whole
          held.length = 0;
        }
        turns.forEach(add);
      })
      .catch(() => setTimeout(catchUp, 3000))
      .finally(() => { catching = null; if (again) { again = false; catchUp(); } });
  };

  let silent = 0;
  const speaking = (sentence) => {
    const box = byId("speaking");
    box.textContent = `${sentence.npc_name} to ${sentence.player_name}: ${sentence.text}`;
    box.hidden = false;
    clearTimeout(silent);
    silent = setTimeout(() => { box.hidden = true; }, SENTENCE_MS);
  };

  const tell = () => { if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ seen })); };

  const receive = ({ data }) => {
    heard = Date.now();
    const message = JSON.parse(data);
    if (message.topic === "hello") { attempt = 0; setState("live", "live"); catchUp(); }
    if (message.topic === "resync") catchUp();
    if (message.topic === "turn") add(message.payload);
    if (message.topic === "sentence" && !paused()) speaking(message.payload);
    if (message.n) { seen = message.n; if (seen % ACK_EVERY === 0) tell(); }
  };

  const connect = () => {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    seen = 0;
    heard = Date.now();
    socket = new WebSocket(`${scheme}//${location.host}${log.dataset.socket}`);
    socket.onmessage = receive;
    socket.onclose = ({ code }) => {
      if (code === SIGNED_OUT) return setState("refused", "signed out: sign in again");
      if (code === STRANGER) return setState("refused", "no longer a member");
      const wait = Math.min(30000, 500 * 2 ** attempt++) * (0.5 + Math.random() / 2);
      setState("waiting", "reconnecting");
      return setTimeout(connect, wait);
    };
  };
  setInterval(() => {
    if (socket?.readyState !== WebSocket.OPEN) return;
    if (Date.now() - heard > SILENCE_MS) socket.close(); else tell();
  }, PING_MS);

  for (const node of log.children) {
    shown.add(Number(node.dataset.turn));
    newest = Math.max(newest, Number(node.dataset.turn));
    localTime(node.querySelector("time"));
    change(node.querySelector(".change"), Number(node.querySelector(".change").dataset.change));
  }
  filters.addEventListener("input", filter);
  filters.addEventListener("submit", (event) => event.preventDefault());
  filters.addEventListener("reset", () => setTimeout(filter));
  pause.addEventListener("click", () => {
    const hold = !paused();
    pause.setAttribute("aria-pressed", String(hold));
    pause.textContent = hold ? "Go on" : "Pause";
    if (!hold) held.splice(0).forEach(place);
  });
  window.scrollTo(0, document.body.scrollHeight);
  connect();
})();
