// What resources/remote/logic.js decides, with time and sockets by hand. Run by tests/test_remote_page.py.
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";

const { dragged, hasTwo, Link, LOST_MS, merge, Outbox, pages, SEND_MS } = await import(pathToFileURL(process.argv[2]));

/** Time that moves when a check says so. */
class Clock {
  constructor() { this.t = 0; this.due = []; this.now = () => this.t; this.later = (what, ms) => { this.due.push([this.t + ms, what]); return this.due.length; }; }
  async pass(ms) {
    const end = this.t + ms;
    for (;;) {
      this.due.sort((a, b) => a[0] - b[0]);
      if (!this.due.length || this.due[0][0] > end) break;
      const [t, what] = this.due.shift();
      this.t = Math.max(this.t, t);
      what();
      await null; await null; await null;
    }
    this.t = end;
  }
}

class Wire {
  constructor() { this.readyState = 0; this.sent = []; this.closed = false; }
  open() { this.readyState = 1; this.onopen(); }
  send(text) { this.sent.push(JSON.parse(text)); }
  come(words) { this.onmessage({ data: JSON.stringify(words) }); }
  close() { this.readyState = 3; this.closed = true; }
}

function setup(refused = async () => false) {
  const clock = new Clock(), wires = [], states = [], told = [];
  const link = new Link({ now: clock.now, later: clock.later, dial: () => { const wire = new Wire(); wires.push(wire); return wire; },
    told: (words) => told.push(words), shown: (data) => told.push(data), changed: (state) => states.push(state), refused });
  link.subscribe(["state"]);
  link.open();
  return { clock, wires, states, told, link };
}

// a finger moves from where the value stands, and is held within its range
assert.equal(dragged(0.25, 50, 200), 0.5);
assert.equal(dragged(0.9, 500, 200), 1);
assert.equal(dragged(0.1, -500, 200), 0);

// news are taken in; what is whole takes the place of all that was
{
  const store = { state: { a: 1, b: 2 } };
  assert.deepEqual(merge(store, { rev: 3, state: { b: 5 }, beat: [1, 2, 0] }), ["rev", "state", "beat"]);
  assert.deepEqual(store, { state: { a: 1, b: 5 }, rev: 3, beat: [1, 2, 0] });
  merge(store, { all: true, state: { c: 1 } });
  assert.deepEqual(store.state, { c: 1 });
}

assert.deepEqual([[], [{ decks: "" }], [{ decks: "A" }, { decks: "B" }], [{ decks: "AB" }]].map(hasTwo), [false, false, true, true]);
assert.deepEqual([pages(0, 8), pages(8, 8), pages(9, 8)], [1, 1, 2]);

// of many moves the newest is sent, thirty times a second at most
{
  const clock = new Clock(), sent = [];
  const box = new Outbox((words) => sent.push(words), clock.now, clock.later);
  for (let i = 0; i < 100; i += 1) { box.set("macro/1", i); await clock.pass(1); }
  await clock.pass(SEND_MS);
  assert.ok(sent.length <= 5, `${sent.length} messages in 0.1 s`);
  assert.deepEqual(sent.at(-1), { set: { "macro/1": 99 } });
}

// what was not sent when the connection went is never sent
{
  const clock = new Clock(), sent = [];
  const box = new Outbox((words) => sent.push(words), clock.now, clock.later);
  box.set("macro/1", 0.1);
  box.set("macro/1", 0.9);
  box.forget();
  await clock.pass(1000);
  assert.deepEqual(sent, [{ set: { "macro/1": 0.1 } }]);
}

// it is live once all was told, and nothing is sent before
{
  const { wires, link, states, told } = setup();
  assert.equal(link.send({ do: "tap" }), false);
  wires[0].open();
  assert.deepEqual(wires[0].sent.slice(0, 1), [{ sub: ["state"] }]);
  assert.equal(link.send({ do: "tap" }), false, "the state is not known yet");
  assert.deepEqual(wires[0].sent.filter((words) => words.do), []);
  wires[0].come({ all: true, state: {} });
  assert.equal(states.at(-1), "live");
  assert.equal(link.send({ do: "tap" }), true);
  assert.deepEqual(wires[0].sent.at(-1), { do: "tap" });
  assert.equal(told.length, 1);
}

// a window that was busy is asked again
{
  const { clock, wires } = setup();
  wires[0].open();
  wires[0].come({ error: "The window is busy. Ask again." });
  await clock.pass(600);
  assert.equal(wires[0].sent.filter((words) => words.sub).length, 2);
}

// a second of silence is a lost connection, whatever the socket believes; it comes back by itself, with nothing old
{
  const { clock, wires, states, link } = setup();
  wires[0].open();
  wires[0].come({ all: true });
  await clock.pass(300);
  wires[0].come({ beat: [1, 1, 0] });
  await clock.pass(LOST_MS - 10);
  assert.equal(states.at(-1), "live");
  await clock.pass(20);
  assert.equal(states.at(-1), "lost");
  assert.ok(wires[0].closed);
  assert.equal(link.send({ do: "blackout" }), false);
  await clock.pass(300);
  assert.equal(wires.length, 2);
  wires[1].open();
  wires[1].come({ all: true });
  assert.equal(states.at(-1), "live");
  assert.deepEqual(wires[1].sent.filter((words) => words.do || words.set), [], "nothing of before is said again");
}

// pings keep it alive and tell how long the way is
{
  const { clock, wires, link, states } = setup();
  wires[0].open();
  wires[0].come({ all: true });
  for (let i = 0; i < 20; i += 1) {
    await clock.pass(200);
    const ping = wires[0].sent.findLast((words) => words.ping !== undefined);
    wires[0].come({ pong: ping.ping });
  }
  assert.equal(states.filter((state) => state === "lost").length, 0);
  assert.ok(link.ms <= 200);
}

// it tries again and again, ever more slowly, and not at all where the PIN is another one
{
  const { clock, wires } = setup();
  for (let i = 0; i < 40; i += 1) { wires.at(-1).onclose?.(); await clock.pass(500); }
  assert.ok(wires.length > 8 && wires.length < 16, `${wires.length} tries in 20 s`);
  const refused = setup(async () => true);
  refused.wires[0].onclose();
  await refused.clock.pass(10_000);
  assert.equal(refused.wires.length, 1);
}

// a page that is not seen lets go, and is there again when it is
{
  const { clock, wires, link } = setup();
  wires[0].open();
  wires[0].come({ all: true });
  link.sleep();
  assert.ok(wires[0].closed);
  await clock.pass(20_000);
  assert.equal(wires.length, 1);
  link.wake();
  assert.equal(wires.length, 2);
}

console.log("all is well");
