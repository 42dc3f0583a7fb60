// The phone page of Anthesis: what is seen, and what fingers do. The deciding is in logic.js.
import { dragged, hasTwo, HOLD_MS, Link, merge, Outbox, pages } from "./logic.js";

const $ = (id) => document.getElementById(id);
const now = () => performance.now();
const later = (what, ms) => setTimeout(what, ms);
const store = { state: {}, scenes: [], macros: [], colors: [], facts: {}, queued: null, beat: null };
const touched = {};  // tail -> when a finger was last on it: what comes from outside waits until it has let go
const LET_GO_MS = 400;
const QUANTA = [["off", "now"], ["1/4", "¼ bar"], ["1/2", "½ bar"], ["1", "1 bar"], ["2", "2 bars"], ["4", "4 bars"], ["8", "8 bars"], ["section", "section"]];
let page = 0, follow = true, mapKey = "", token = kept("token");

// --- who may come in

function kept(name) { try { return localStorage.getItem(`anthesis.${name}`) || ""; } catch { return ""; } }
function keep(name, value) { try { localStorage.setItem(`anthesis.${name}`, value); } catch { /* a private window */ } }
function headers() { return token ? { Authorization: `Bearer ${token}` } : {}; }

async function paired() {
  const answer = await fetch("/api/health", { headers: headers(), cache: "no-store" });
  return (await answer.json()).paired;
}

async function pair(pin) {
  const answer = await fetch("/api/pair", { method: "POST", body: JSON.stringify({ pin: pin.replace(/\s/g, "") }) });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.error);
  token = said.token;
  keep("token", token);
}

function ask(wrong = "") {
  $("app").hidden = true;
  $("door").hidden = false;
  $("wrong").textContent = wrong;
  $("pin").focus();
}

$("door").addEventListener("submit", async (event) => {
  event.preventDefault();
  try { await pair($("pin").value); enter(); }
  catch (error) { ask(error.message || "Anthesis does not answer."); $("pin").select(); }
});

// --- the connection

const link = new Link({
  now, later, told: hear, shown: showPicture, changed: showLink,
  dial: () => new WebSocket(`ws://${location.host}/api/ws`, token ? ["anthesis", token] : ["anthesis"]),
  refused: async () => {
    try { if (await paired()) return false; } catch { return false; }  // it does not answer: try on
    ask("The PIN is another one now.");
    return true;
  },
});
const outbox = new Outbox((words) => link.send(words), now, later);

function enter() {
  $("door").hidden = true;
  $("app").hidden = false;
  subscribe();
  link.open();
}

function subscribe() { link.subscribe($("chart").hidden ? ["state", "preview"] : ["state"]); }

function showLink(state) {
  $("app").dataset.link = state;
  if (state === "lost") {
    outbox.forget();
    for (const held of document.querySelectorAll(".held, .holding")) held.classList.remove("held", "holding");
    drags.clear();
    clearTimeout(holding);
    $("link").textContent = "connection lost, trying again…";
  } else $("link").textContent = link.ms === null ? "connected" : `${link.ms} ms`;
}

function hear(words) {
  if (words.error) { say(words.error); return; }
  const parts = merge(store, words);
  if (words.all) { mapKey = ""; for (const tail of Object.keys(touched)) delete touched[tail]; }
  if (parts.includes("state") || parts.includes("macros") || parts.includes("colors")) showState();
  if (parts.includes("scenes")) showScenes();
  if (parts.includes("queued")) showQueued();
  if (parts.includes("beat")) showBeat();
  if (parts.includes("facts")) showFacts();
}

let noteTimer = 0;
function say(sentence) {
  $("note").textContent = sentence;
  clearTimeout(noteTimer);
  noteTimer = setTimeout(() => { $("note").textContent = ""; }, 4000);
}

function act(id, args = [], n) { return link.send({ do: id, ...(args.length ? { args } : {}), ...(n ? { n } : {}) }); }
function put(tail, value) { store.state[tail] = value; touched[tail] = now(); if (link.live) outbox.set(tail, value); }
function free(tail) { return !drags.has(tail) && now() - (touched[tail] ?? -LET_GO_MS) >= LET_GO_MS; }

// --- what is shown

function showState() {
  const { state } = store;
  for (let n = 1; n <= 8; n += 1) if (free(`macro/${n}`)) showMacro(n);
  if (free("mix/crossfade")) showFader();
  const black = state["output/blackout"] === 1 || state["output/blackout/cut"] === 1, frozen = state["output/freeze"] === 1;
  $("blackout").setAttribute("aria-pressed", String(black));
  $("freeze").setAttribute("aria-pressed", String(frozen));
  $("veil").hidden = !black && !frozen;
  $("veil").textContent = black ? "BLACKOUT" : "FROZEN";
  $("veil").classList.toggle("frozen", !black);
  $("bpm").textContent = state["tempo/bpm"] === undefined || store.beat === null ? "–" : state["tempo/bpm"].toFixed(1);
  if (document.activeElement !== $("quantum")) $("quantum").value = state["scene/quant"] ?? "off";
}

function showMacro(n) {
  const fader = $(`macro${n}`), at = store.state[`macro/${n}`] ?? 0;
  fader.style.setProperty("--at", at);
  fader.style.setProperty("--tint", store.colors[n - 1] ?? "");
  fader.setAttribute("aria-valuenow", Math.round(at * 100));
  fader.querySelector("output").textContent = Math.round(at * 100);
  const name = store.macros[n - 1] || `M${n}`;
  const label = fader.querySelector("label");
  if (label.textContent !== name) { label.textContent = name; fader.setAttribute("aria-label", `Macro ${n}, ${name}`); }
}

function showFader() {
  const at = store.state["mix/crossfade"] ?? 0;
  $("fader").style.setProperty("--at", at);
  $("fader").setAttribute("aria-valuenow", Math.round(at * 100));
  const two = hasTwo(store.scenes);
  $("fader").setAttribute("aria-disabled", String(!two));
  $("deckB").disabled = !two;
  $("deckA").classList.toggle("on", !two || at < 0.005);
  $("deckB").classList.toggle("on", two && at > 0.995);
}

function size() { return Number(getComputedStyle($("pads")).getPropertyValue("--columns")) * rows(); }
function rows() { return matchMedia("(min-width: 700px) and (min-height: 601px)").matches ? 4 : 2; }

function showScenes() {
  const many = size(), last = pages(store.scenes.length, many) - 1;
  const playing = store.scenes.findIndex((scene) => scene.playing);
  if (follow && playing >= 0) page = Math.floor(playing / many);
  page = Math.min(page, last);
  const box = $("pads");
  while (box.children.length > many) box.lastChild.remove();
  while (box.children.length < many) box.append(newPad());
  [...box.children].forEach((pad, i) => showPad(pad, store.scenes[page * many + i]));
  $("page").textContent = `${page + 1} / ${last + 1}`;
  $("before").disabled = page === 0;
  $("after").disabled = page === last;
  $("scene").textContent = store.scenes[playing]?.name ?? "Anthesis";
  showFader();
  showQueued();
}

function newPad() {
  const pad = document.createElement("button");
  pad.type = "button";
  pad.append(document.createElement("small"), document.createElement("em"), document.createElement("span"));
  press(pad, () => { if (pad.dataset.n) { act("scene", [], Number(pad.dataset.n)); buzz(); } });
  return pad;
}

function showPad(pad, scene) {
  pad.className = scene ? ["pad", ...["playing", "queued", "cued"].filter((word) => scene[word])].join(" ") : "pad empty";
  pad.dataset.n = scene?.n ?? "";
  pad.disabled = !scene;
  pad.style.setProperty("--tint", scene?.color ?? "");
  const [number, mark, name] = pad.children;
  number.textContent = scene?.n ?? "";
  name.textContent = scene?.name ?? "";
  mark.textContent = !scene ? "" : scene.playing ? `${scene.decks} ▶` : scene.decks;
  pad.setAttribute("aria-label", scene ? `Scene ${scene.n}, ${scene.name}${scene.playing ? ", playing" : ""}${scene.queued ? ", queued" : ""}` : "Empty");
}

function showQueued() {
  const { queued } = store;
  for (const pad of $("pads").children) {
    if (!pad.classList.contains("queued")) continue;
    if (queued && Number(pad.dataset.n) === queued.n) {
      pad.style.setProperty("--left", queued.left);
      pad.children[1].textContent = queued.beats;
    }
  }
}

function showBeat() {
  const { beat } = store;
  $("beat").classList.toggle("held", Boolean(beat && beat[2]));
  [...$("beat").children].forEach((dot, i) => dot.classList.toggle("lit", Boolean(beat) && Math.min(beat[1], 4) - 1 === i));
  $("beat").setAttribute("aria-label", beat ? `Bar ${beat[0]}, beat ${beat[1]}` : "No beat");
}

function showFacts() {
  const { facts } = store;
  $("song").textContent = [facts.song, facts.style].filter(Boolean).join(" · ");
  const well = facts.status === "running" || facts.status === undefined;
  $("fps").textContent = facts.film ? "film" : facts.fps > 0 ? `${Math.round(facts.fps)} fps` : well ? "resting" : facts.status;
  $("fps").classList.toggle("slow", Boolean(facts.given_up) || !well);
  if (!$("chart").hidden) loadMap();
}

let pictureUrl = "";
function showPicture(data) {
  const url = URL.createObjectURL(data), before = pictureUrl;
  pictureUrl = url;
  $("picture").src = url;
  if (before) later(() => URL.revokeObjectURL(before), 500);
}

// --- the map

async function loadMap() {
  const key = store.facts.map ?? "";
  if (key === mapKey) return;
  mapKey = key;
  if (!key) { $("map").removeAttribute("src"); return; }
  try {
    const answer = await fetch("/api/map.jpg?w=1024", { headers: headers() });
    if (answer.ok) { $("map").src = URL.createObjectURL(await answer.blob()); $("here").hidden = true; }
  } catch { mapKey = ""; }
}

$("map").addEventListener("load", () => URL.revokeObjectURL($("map").src));
press($("turn"), () => {
  const map = $("chart").hidden;
  $("chart").hidden = $("home").hidden = !map;
  $("picture").hidden = map;
  $("turn").textContent = map ? "Picture" : "Map";
  $("turn").setAttribute("aria-pressed", String(map));
  subscribe();
  if (map) loadMap();
});
press($("home"), () => { act("back"); $("here").hidden = true; });

let went = -Infinity;
function go(event, ended = false) {
  const box = $("chart").getBoundingClientRect();
  const [x, y] = [dragged(0, event.clientX - box.left, box.width), dragged(0, event.clientY - box.top, box.height)];
  $("here").hidden = false;
  $("here").style.left = `${x * 100}%`;
  $("here").style.top = `${y * 100}%`;
  if (ended || now() - went >= 100) { went = now(); act("xy", [x, y]); }
}
$("chart").addEventListener("pointerdown", (event) => { if (event.isPrimary) { $("chart").setPointerCapture(event.pointerId); went = -Infinity; go(event); } });
$("chart").addEventListener("pointermove", (event) => { if ($("chart").hasPointerCapture(event.pointerId)) go(event); });
$("chart").addEventListener("pointerup", (event) => { if ($("chart").hasPointerCapture(event.pointerId)) go(event, true); });

// --- fingers

const drags = new Map();  // tail -> where a finger began
function buzz(ms = 8) { if (navigator.userActivation?.hasBeenActive !== false) navigator.vibrate?.(ms); }

/** Do it as the finger comes down; a key that presses the button does it too. */
function press(button, what) {
  button.addEventListener("pointerdown", (event) => { if (event.button === 0) { stayAwake(); what(event); } });
  button.addEventListener("click", (event) => { if (event.detail === 0) what(event); });
}

/** A fader that a finger moves from where it stands, wherever the finger begins; twice is its place of rest. */
function fader(element, tail, { across = false, rest, shown }) {
  let began = 0, start = 0, lastTap = -Infinity, moved = 0;
  const along = (event) => (across ? event.clientX : -event.clientY);
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !link.live || element.getAttribute("aria-disabled") === "true") return;
    event.preventDefault();
    stayAwake();
    element.focus({ preventScroll: true });
    element.setPointerCapture(event.pointerId);
    element.classList.add("held");
    began = along(event);
    start = store.state[tail] ?? 0;
    moved = 0;
    drags.set(tail, event.pointerId);
  });
  element.addEventListener("pointermove", (event) => {
    if (drags.get(tail) !== event.pointerId) return;
    const room = across ? element.clientWidth - 36 : Math.max(element.clientHeight, 140);
    const far = along(event) - began;
    moved = Math.max(moved, Math.abs(far));
    put(tail, Math.round(dragged(start, far, room) * 1000) / 1000);
    shown();
  });
  const up = (event) => {
    if (drags.get(tail) !== event.pointerId) return;
    drags.delete(tail);
    element.classList.remove("held");
    if (moved < 6) {
      if (now() - lastTap < 350) { put(tail, rest); shown(); }
      lastTap = now();
    }
  };
  element.addEventListener("pointerup", up);
  element.addEventListener("pointercancel", up);
  element.addEventListener("keydown", (event) => {
    const step = { ArrowUp: 0.01, ArrowRight: 0.01, ArrowDown: -0.01, ArrowLeft: -0.01, PageUp: 0.1, PageDown: -0.1 }[event.key];
    const to = event.key === "Home" ? 0 : event.key === "End" ? 1 : step === undefined ? null : dragged(store.state[tail] ?? 0, step, 1);
    if (to === null || !link.live || element.getAttribute("aria-disabled") === "true") return;
    event.preventDefault();
    put(tail, Math.round(to * 1000) / 1000);
    shown();
  });
}

for (let n = 1; n <= 8; n += 1) {
  const made = document.createElement("div");
  made.className = "macro";
  made.id = `macro${n}`;
  made.tabIndex = 0;
  for (const [name, value] of Object.entries({ role: "slider", "aria-label": `Macro ${n}`, "aria-valuemin": 0, "aria-valuemax": 100, "aria-orientation": "vertical" })) made.setAttribute(name, value);
  made.append(document.createElement("u"), document.createElement("output"), document.createElement("label"));
  $("macros").append(made);
  fader(made, `macro/${n}`, { rest: 0, shown: () => showMacro(n) });
}
fader($("fader"), "mix/crossfade", { across: true, rest: 0.5, shown: showFader });
press($("deckA"), () => { put("mix/crossfade", 0); showFader(); });
press($("deckB"), () => { if (hasTwo(store.scenes)) { put("mix/crossfade", 1); showFader(); } });

function hit(button) { button.classList.add("hit"); later(() => button.classList.remove("hit"), 90); }
press($("tap"), () => { act("tap"); hit($("tap")); buzz(); });
press($("resync"), () => { act("resync"); hit($("resync")); buzz(); });
press($("freeze"), () => { act("freeze", [store.state["output/freeze"] ? 0 : 1]); buzz(); });
press($("before"), () => { page -= page > 0; follow = false; showScenes(); });
press($("after"), () => { page += 1; follow = false; showScenes(); });
$("quantum").append(...QUANTA.map(([value, words]) => new Option(words, value)));
$("quantum").addEventListener("change", () => { put("scene/quant", $("quantum").value); $("quantum").blur(); });

/** What a pocket must not press: it is done when the finger has rested on it for 0.4 s. */
let holding = 0;
function hold(button, what) {
  const end = () => { clearTimeout(holding); button.classList.remove("holding"); };
  const begin = () => {
    if (!link.live) return;
    stayAwake();
    button.classList.add("holding");
    clearTimeout(holding);
    holding = later(() => { end(); what(); buzz(30); }, HOLD_MS);
  };
  button.addEventListener("pointerdown", (event) => { if (event.button === 0) { button.setPointerCapture(event.pointerId); begin(); } });
  for (const name of ["pointerup", "pointercancel", "blur"]) button.addEventListener(name, end);
  button.addEventListener("keydown", (event) => { if ((event.key === " " || event.key === "Enter") && !event.repeat) { event.preventDefault(); begin(); } });
  button.addEventListener("keyup", end);
}
hold($("blackout"), () => act("blackout", [$("blackout").getAttribute("aria-pressed") === "true" ? 0 : 1]));
hold($("panic"), () => { act("panic"); say("Panic: nothing waits, nothing shakes"); });

// --- the phone itself

let lock = null;
async function stayAwake() {
  if (lock !== null || !navigator.wakeLock || document.visibilityState !== "visible") return;
  lock = "asked";
  try { lock = await navigator.wakeLock.request("screen"); lock.addEventListener("release", () => { lock = null; }); }
  catch { lock = null; }
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") { link.sleep(); return; }
  if (!$("app").hidden) { link.wake(); stayAwake(); }
});
document.addEventListener("contextmenu", (event) => event.preventDefault());
document.addEventListener("gesturestart", (event) => event.preventDefault());
addEventListener("resize", () => { if (store.scenes.length) showScenes(); });

async function begin() {
  const pin = new URLSearchParams(location.hash.slice(1)).get("pin");
  if (pin) {
    history.replaceState(null, "", location.pathname);
    try { await pair(pin); } catch { /* the code was of an old PIN: it is asked for below */ }
  }
  try { if (await paired()) enter(); else ask(); }
  catch { later(begin, 1000); }
}
begin();
