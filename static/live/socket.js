// The websocket: connects again by itself, acknowledges what came, says what is wanted.
import { text } from "./words.js";

const ACK_EVERY = 25, PING_MS = 20000, SILENCE_MS = 50000;
const SIGNED_OUT = 4401, STRANGER = 4403, TOO_SLOW = 4429;

export class Feed {
  constructor(path, { onEvent, onState, onResync }) {
    Object.assign(this, { path, onEvent, onState, onResync });
    this.socket = null;
    this.filter = {};
    this.attempt = this.seen = this.heard = 0;
    setInterval(() => this.ping(), PING_MS);
    this.connect();
  }

  get open() { return this.socket?.readyState === WebSocket.OPEN; }

  want(filter) {
    this.filter = filter;
    if (this.open) this.socket.send(JSON.stringify({ filter }));
  }

  connect() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    this.seen = 0;
    this.heard = Date.now();
    this.socket = new WebSocket(`${scheme}//${location.host}${this.path}`);
    this.socket.onmessage = ({ data }) => this.receive(JSON.parse(data));
    this.socket.onclose = ({ code }) => this.closed(code);
  }

  receive({ topic, payload, n }) {
    this.heard = Date.now();
    if (topic === "hello") {
      this.attempt = 0;
      this.onState("live", text("live"));
      this.want(this.filter);
    }
    if (topic === "filtered" || topic === "resync") this.onResync();
    if (payload) this.onEvent(topic, payload);
    if (n) {
      this.seen = n;
      if (n % ACK_EVERY === 0) this.acknowledge();
    }
  }

  closed(code) {
    if (code === SIGNED_OUT) return this.onState("refused", text("signed_out"));
    if (code === STRANGER) return this.onState("refused", text("stranger"));
    const wait = Math.min(30000, 500 * 2 ** this.attempt++) * (0.5 + Math.random() / 2);
    this.onState("waiting", text(code === TOO_SLOW ? "slow" : "reconnecting"));
    return setTimeout(() => this.connect(), wait);
  }

  acknowledge() {
    if (this.open) this.socket.send(JSON.stringify({ seen: this.seen }));
  }

  ping() {
    if (!this.open) return;
    if (Date.now() - this.heard > SILENCE_MS) this.socket.close(); else this.acknowledge();
  }
}
