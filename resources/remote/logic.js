// What the page decides, without a browser: tests run it with node.

export const PING_MS = 400;
export const LOST_MS = 1000;
export const SEND_MS = 33;
export const HOLD_MS = 400;
const AGAIN_MS = [250, 500, 1000, 2000];

/** Where a value goes when a finger has moved `pixels` of `room`, whichever place it began at. */
export function dragged(start, pixels, room) {
  return Math.min(1, Math.max(0, start + pixels / Math.max(room, 1)));
}

/** Take what the server told into `store`; gives back which parts are other now. */
export function merge(store, news) {
  const parts = [];
  for (const [part, value] of Object.entries(news)) {
    if (part === "all") continue;
    store[part] = part === "state" && !news.all ? { ...store.state, ...value } : value;
    parts.push(part);
  }
  return parts;
}

/** Whether deck B holds a scene: without one there is nowhere to fade to. */
export function hasTwo(scenes) { return scenes.some((scene) => scene.decks.includes("B")); }

/** Pages of `many` scenes, and the page that scene `n` stands on. */
export function pages(many, size) {
  return Math.max(1, Math.ceil(many / size));
}

/** Sets that wait to be sent: of each setting the newest, at most 30 times a second. */
export class Outbox {
  constructor(send, now, later) {
    Object.assign(this, { send, now, later, waiting: {}, sent: -Infinity, timer: null });
  }
  set(tail, value) {
    this.waiting[tail] = value;
    const rest = SEND_MS - (this.now() - this.sent);
    if (rest <= 0) this.flush();
    else if (this.timer === null) this.timer = this.later(() => { this.timer = null; this.flush(); }, rest);
  }
  flush() {
    if (Object.keys(this.waiting).length === 0) return;
    const values = this.waiting;
    this.waiting = {};
    this.sent = this.now();
    this.send({ set: values });
  }
  /** The connection is lost: what was not sent is never sent. */
  forget() { this.waiting = {}; }
}

/** One connection after another. `dial` opens a socket; `told` hears what comes; `changed` hears "live" or "lost". */
export class Link {
  constructor({ dial, now, later, told, shown, changed, refused }) {
    Object.assign(this, { dial, now, later, told, shown, changed, refused, socket: null, heard: 0, tries: 0, state: "lost", ms: null, asleep: false });
  }
  get live() { return this.state === "live"; }
  open() {
    if (this.socket !== null || this.asleep) return;
    const socket = this.socket = this.dial();
    this.heard = this.now();
    socket.onopen = () => {
      if (socket !== this.socket) return;
      this.heard = this.now();
      this.say({ sub: this.channels });
      this.beat(socket);
    };
    socket.onmessage = (event) => { if (socket === this.socket) this.hear(event.data); };
    socket.onclose = socket.onerror = () => { if (socket === this.socket) this.lose(); };
    this.watch(socket);
  }
  hear(data) {
    this.heard = this.now();
    if (typeof data !== "string") { this.shown(data); return; }
    const words = JSON.parse(data);
    if (words.pong !== undefined) { this.ms = Math.round(this.now() - words.pong); this.changed(this.state); return; }
    if (words.all) { this.tries = 0; this.state = "live"; }
    else if (words.error && !this.live) this.later(() => this.say({ sub: this.channels }), 500);  // the window was busy
    this.told(words);
    if (words.all) this.changed("live");
  }
  /** Only what is said on a live connection is sent; nothing is kept for later. */
  send(words) {
    if (this.live) this.say(words);
    return this.live;
  }
  say(words) { if (this.socket?.readyState === 1) this.socket.send(JSON.stringify(words)); }
  subscribe(channels) { this.channels = channels; this.say({ sub: channels }); }
  beat(socket) {
    if (socket !== this.socket) return;
    this.say({ ping: this.now() });
    this.later(() => this.beat(socket), PING_MS);
  }
  watch(socket) {
    if (socket !== this.socket) return;
    const silent = this.now() - this.heard;
    if (silent >= LOST_MS) { this.lose(); return; }
    this.later(() => this.watch(socket), Math.min(100, LOST_MS - silent));
  }
  lose() {
    const socket = this.socket;
    this.socket = null;
    this.state = "lost";
    this.ms = null;
    if (socket) { socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null; socket.close(); }
    this.changed("lost");
    const wait = AGAIN_MS[Math.min(this.tries, AGAIN_MS.length - 1)];
    this.tries += 1;
    if (!this.asleep) this.later(() => this.refused().then((no) => { if (!no) this.open(); }), wait);
  }
  sleep() { this.asleep = true; if (this.socket) this.lose(); }
  wake() { this.asleep = false; this.tries = 0; this.open(); }
}
