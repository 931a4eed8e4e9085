// The live view: a card per request, a stop per stage.

const STAGES = [["viewer-request", "Viewer request"], ["origin-request", "Origin request"], ["origin-response", "Origin response"], ["viewer-response", "Viewer response"]];
const SHOWN_CHANGES = 4;
const KEPT_CARDS = 50;
/** Headers that come last. */
const FAMILY = /^access-control-/i;
/** Headers that say what became of the request; the others stand behind, on one line each. */
const TELLING = /^(location|content-encoding|content-disposition|content-type|set-cookie|vary)$/i;

const at = (id) => document.getElementById(id);
const seen = new Set();
const loaded = performance.now();

function el(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/* Sending */

async function post(path, body) {
  const answer = await fetch(`/_edge/${path}`, { method: "POST", body: JSON.stringify(body) });
  const result = await answer.json();
  if (!answer.ok) throw new Error(result.error);
  return result;
}

function report(error) {
  at("problem").textContent = error?.message ?? "";
}

const listed = await (await fetch("/_edge/requests")).json();
at("requests").append(...listed.map(({ title, shows, path, headers }, number) => {
  const button = el("button", { type: "button", title: [shows, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)].join("\n") }, title, el("code", { textContent: path }));
  button.addEventListener("click", async () => {
    button.setAttribute("aria-busy", "true");
    await post("send", { number }).then(() => report(), report);
    button.removeAttribute("aria-busy");
  });
  return el("li", {}, button);
}));

at("all").addEventListener("click", async () => {
  try {
    await post("forget");
    for (const number of listed.keys()) await post("send", { number });
    report();
  } catch (error) {
    report(error);
  }
});

at("forget").addEventListener("click", async ({ target }) => {
  const { forgotten } = await post("forget");
  target.textContent = forgotten === 1 ? "1 copy forgotten" : `${forgotten} copies forgotten`;
  setTimeout(() => { target.textContent = "Empty the cache"; }, 1800);
});

at("own").addEventListener("submit", (event) => {
  event.preventDefault();
  post("send", Object.fromEntries(new FormData(event.target))).then(() => report(), report);
});

/* Watching */

const events = new EventSource("/_edge/traces");
const live = (on) => Object.assign(at("live"), { textContent: on ? "live" : "the edge has stopped", className: on ? "on" : "" });
events.onopen = () => live(true);
events.onerror = () => live(false);
events.onmessage = ({ data }) => {
  const trace = JSON.parse(data);
  if (seen.has(trace.id)) return;
  seen.add(trace.id);
  at("empty").hidden = true;
  const traces = at("traces");
  traces.prepend(card(trace, performance.now() - loaded > 1000));
  while (traces.children.length > KEPT_CARDS) traces.lastChild.remove();
};

function card(trace, isNew) {
  const sent = Object.entries(trace.sent).map(([name, value]) => el("span", { textContent: `${name}: ${value}` }));
  const head = el("header", {},
    el("p", { className: "asked" }, `${trace.method} ${trace.url}`, ...sent),
    el("p", { className: "outcome" },
      el("b", { className: trace.status >= 400 ? "bad" : "", textContent: trace.status }),
      el("span", { textContent: trace.xCache.replace(/ from cloudfront$/, "") }),
      el("span", { textContent: size(trace.bytes) }),
      el("span", { textContent: `${trace.milliseconds.toFixed(1)} ms` })));
  return el("article", { className: isNew ? "trace new" : "trace" }, head, way(trace), eventsOf(trace));
}

function way({ cache, stages }) {
  const [first, ...rest] = STAGES.map(([name, label]) => ({ label, ...stages[name] }));
  const ran = [first, ...rest].filter((stage) => stage.ran);
  const last = ran[ran.length - 1];
  const stops = [stop(first, first === last), cacheStop(cache)];
  if (cache === "hit") stops.push(skippedStop(), stop(rest[2], rest[2] === last));
  else stops.push(...rest.map((stage, i) => stop({ ...stage, why: stage.why === rest[i - 1]?.why ? "–" : stage.why }, stage === last)));
  return el("div", { className: "way" }, ...stops);
}

function cacheStop(cache) {
  const kind = cache === "hit" ? " is-hit" : cache === "miss" ? " same" : " off";
  const text = el("strong", { className: cache === "hit" ? "hit" : "", textContent: cache === "not asked" ? "–" : cache });
  return el("div", { className: `stop cache${kind}`, title: `Cache: ${cache}` }, heading("Cache"), el("p", {}, text));
}

function skippedStop() {
  return el("div", { className: "stop wide off" }, heading("Origin request and response"), el("p", { textContent: "skipped: the copy carries their work" }));
}

function stop(stage, isLast) {
  const { label, ran, why, answered, answer, changes = [], decision, problem, milliseconds } = stage;
  if (!ran) return el("div", { className: "stop off" }, heading(label), el("p", { textContent: why || "does not run" }));
  const visible = changes.filter(({ what }) => !(answered && (what === "status" || what === "body")));
  const said = problem !== undefined ? el("p", { className: "problem", textContent: problem.split("\n")[0] })
    : answered ? el("p", {}, el("strong", { textContent: `answers ${answer.status}` }))
    : visible.length === 0 ? el("p", { textContent: decision }) : undefined;
  const classes = ["stop", ...(visible.length === 0 && !answered && problem === undefined ? ["same"] : []), ...(isLast ? ["ends"] : [])];
  const time = milliseconds === undefined ? undefined : el("p", { className: "time", textContent: timeText(milliseconds) });
  return el("div", { className: classes.join(" ") }, heading(label), said, changeList(visible), time);
}

/** The telling ones first: what goes where, then what came and went. */
function changeList(changes) {
  if (changes.length === 0) return undefined;
  const weight = (change) => (change.what !== "header" ? 0 : isNote(change) ? 4 : TELLING.test(change.name) ? 1 : change.kind === "removed" ? 2 : FAMILY.test(change.name) ? 3.5 : 3);
  const sorted = changes.map((change, i) => ({ change, i })).sort((a, b) => weight(a.change) - weight(b.change) || a.i - b.i).map(({ change }) => changeItem(change));
  const rest = sorted.length > SHOWN_CHANGES + 1 ? sorted.splice(SHOWN_CHANGES) : [];
  const more = rest.length === 0 ? undefined : el("details", {}, el("summary", { textContent: `${rest.length} more` }), el("ul", {}, ...rest));
  return el("div", {}, el("ul", {}, ...sorted), more);
}

function changeItem({ kind, what, name, from, to }) {
  if (kind === "removed") return el("li", { className: "change gone", title: from }, name);
  if (what !== "header") return el("li", { className: "change" }, el("b", { textContent: what }), el("span", { className: "to", textContent: from === undefined ? to : `${from || "–"} → ${to || "–"}`, title: to }));
  const title = `${name}: ${to}`;
  if (isNote({ name })) return el("li", { className: "change note", title, textContent: "a note to the next stage" });
  return el("li", { className: `change put${TELLING.test(name) ? "" : " short"}`, title }, el("b", { textContent: name }), el("span", { className: "to", textContent: to }));
}

function isNote({ name }) {
  return name.toLowerCase() === "x-selvedge";
}

function heading(text) {
  return el("h4", { textContent: text });
}

/* The events themselves, fetched when asked for */

function eventsOf({ id }) {
  const details = el("details", { className: "events" }, el("summary", { textContent: "The events, in and out" }));
  details.addEventListener("toggle", async () => {
    if (!details.open || details.children.length > 1) return;
    const trace = await (await fetch(`/_edge/trace?id=${encodeURIComponent(id)}`)).json();
    if (trace === null) return details.append(el("p", { textContent: "No longer kept." }));
    for (const [name, label] of STAGES) {
      const { ran, event, result } = trace.stages[name];
      if (!ran) continue;
      const text = (value) => el("pre", { tabIndex: 0, textContent: value === undefined ? "nothing" : compact(value) });
      details.append(el("h5", { textContent: label }), el("div", { className: "pair" }, text(event.Records[0].cf), text(result)));
    }
  }, { once: false });
  return details;
}

/** JSON with each header line on one line. */
function compact(value) {
  return JSON.stringify(value, null, 2).replace(/\[\s*\{\s*"key": ("(?:[^"\\]|\\.)*"),\s*"value": ("(?:[^"\\]|\\.)*")\s*\}\s*\]/g, "[{ key: $1, value: $2 }]");
}

function size(bytes) {
  return bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(1)} kB`;
}

function timeText(milliseconds) {
  return milliseconds < 1 ? `${Math.max(1, Math.round(milliseconds * 1000))} µs` : `${milliseconds.toFixed(1)} ms`;
}
