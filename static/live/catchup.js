// What was said while nobody listened comes from the database. `upto` is the newest turn up to which
// the database itself was read: events may have been lost after it, none before.
const RETRY_MS = 3000;

export class CatchUp {
  constructor(url, upto, { filter, onTurns, onGap }) {
    Object.assign(this, { url, upto, filter, onTurns, onGap });
    this.running = this.again = false;
  }

  /** `all`: what fits the filters now, not only what is new. */
  async run({ all = false } = {}) {
    this.all = all || this.all;
    if (this.running) { this.again = true; return; }
    this.running = true;
    const whole = Boolean(this.all), after = whole ? 0 : this.upto;
    this.all = false;
    try {
      const query = new URLSearchParams({ ...this.filter(), after });
      const response = await fetch(`${this.url}?${query}`, { credentials: "same-origin" });
      if (!response.ok) throw new Error(response.status);
      const { turns, upto, complete } = await response.json();
      if (!complete && !whole) this.onGap();
      this.onTurns(turns, whole);
      this.upto = upto;
    } catch {
      this.all = this.all || whole;
      setTimeout(() => this.run(), RETRY_MS);
    } finally {
      this.running = false;
      if (this.again) { this.again = false; this.run(); }
    }
  }
}
