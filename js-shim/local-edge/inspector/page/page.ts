/** The inspector in the browser. */
import { el, fill, id } from "../../../pages/dom.js";
import { type Brief, RequestList } from "./request-list.js";
import { detail, type Detail } from "./detail.js";
import { ask, follow, Refusal, type State } from "./api.js";

const problem = id("problem");
const sendProblem = id("send-problem");
const rulesProblem = id("rules-problem");
const report = (error: unknown): void => fill(problem, messages(error));
/** What goes wrong is said where it was asked for: the page may be longer than the screen. */
const attempt = (work: () => Promise<void>, place = problem) => (): void => void work().then(() => fill(place, []), (error: unknown) => fill(place, messages(error)));

const list = new RequestList(id("list"), id("rows"), (brief) => void show(brief).catch(report));
let state: State | undefined;

async function show({ id: chosen }: Brief): Promise<void> {
  const found = await ask<Detail | null>("GET", `request?id=${encodeURIComponent(chosen)}`);
  fill(id("detail"), found === null ? [el("p", {}, "Only the last 1,000 requests are kept whole, and fewer where they are long.")] : detail(found));
}

id<HTMLInputElement>("filter").addEventListener("input", ({ target }) => list.filter((target as HTMLInputElement).value));
id("forget").addEventListener("click", attempt(async () => {
  const { forgotten } = await ask<{ forgotten: number }>("POST", "forget", {});
  id("live").textContent = forgotten === 1 ? "1 copy forgotten" : `${forgotten} copies forgotten`;
}));
id("clear").addEventListener("click", attempt(async () => {
  await ask("POST", "clear", {});
  list.clear();
  count();
}));
id<HTMLFormElement>("send").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target as HTMLFormElement;
  attempt(() => sendAndShow(Object.fromEntries(new FormData(form))), sendProblem)();
});
id("try").addEventListener("click", attempt(tryRules, rulesProblem));
id("reset").addEventListener("click", attempt(async () => {
  fill(id("outcome"), []);
  state = await ask<State>("GET", "state");
  showRules(state);
}, rulesProblem));

function messages(error: unknown): Node[] {
  const findings = error instanceof Refusal ? error.findings : [];
  if (findings.length === 0) return [el("p", {}, error instanceof Error ? error.message : String(error))];
  return findings.map(({ file, line, column, place, message, help }) => {
    const where = line === undefined ? `${file}${place === "" ? "" : `, ${place}`}` : `${file}:${line}:${column ?? 1}`;
    return el("p", {}, el("code", {}, where), ` ${message}${help === "" ? "" : `; ${help}`}`);
  });
}

async function sendAndShow(fields: object): Promise<void> {
  const { id: sent } = await ask<{ id?: string }>("POST", "send", fields);
  if (sent !== undefined) list.chooseWhenListed(sent);
}

interface Difference {
  readonly request: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

async function tryRules(): Promise<void> {
  const texts = [...document.querySelectorAll<HTMLTextAreaElement>("#texts textarea")].map(({ value }) => value);
  // Of other rules than those that are tried now.
  fill(id("outcome"), []);
  const { kept, tried, strange, differences } = await ask<{ kept: number; tried: number; strange: number; differences: readonly Difference[] }>("POST", "what-if", { texts });
  const changed = differences.map(({ request, before, after }) => el("li", {}, el("code", {}, request), ...before.map((line) => el("del", {}, line)), ...after.map((line) => el("ins", {}, line))));
  const said = differences.length === 0 ? `Nothing would change for the ${kept} requests ${kept < list.length ? "compared" : "listed"}.` : `${differences.length} of ${tried} requests would change${tried + strange < kept ? ", equal ones counted once" : ""}:`;
  const others = [
    ...(kept < list.length ? [`The last ${kept} of ${list.length} were compared: those before are not kept whole.`] : []),
    ...(strange > 0 ? [`${strange} could not be compared: rules see no such request.`] : []),
  ];
  const rest = others.length === 0 ? undefined : others.join(" ");
  fill(id("outcome"), [el("p", {}, said), ...(rest === undefined ? [] : [el("p", {}, rest)]), el("ul", {}, ...changed)]);
}

function showRules({ rules }: State): void {
  document.querySelector<HTMLElement>(".rules")!.hidden = rules.length === 0;
  fill(id("texts"), rules.map(({ name, text }) => el("label", {}, name, el("textarea", { value: text, spellcheck: false, rows: 16 }))));
}

function count(): void {
  id("count").textContent = `(${list.length})`;
  id("empty").hidden = list.length > 0;
}

async function start(): Promise<void> {
  state = await ask<State>("GET", "state");
  id("platform").textContent = `inspector, ${state.platform}`;
  id<HTMLAnchorElement>("site").href = `${state.url}/`;
  showRules(state);
  fill(id("examples"), state.examples.map(({ title, fields }) => {
    const button = el("button", { type: "button" }, title);
    button.addEventListener("click", attempt(() => sendAndShow(fields), sendProblem));
    return button;
  }));
  for (;;) {
    const live = id("live");
    try {
      await follow<Brief[]>("requests", (briefs, isFirst) => {
        Object.assign(live, { textContent: "live", className: "on" });
        if (isFirst) list.clear();
        list.add(briefs);
        count();
      });
    } catch {}
    Object.assign(live, { textContent: "the edge has stopped", className: "off" });
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

start().catch(report);
