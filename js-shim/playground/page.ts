/** The playground: rules on one side, a request on the other, and what the tools say. All of it runs in the browser. */
import { DIALECTS, FACTS, PLATFORMS } from "#dist/generated/names.js";
import { check, type RuleFile } from "#dist/tools/check.js";
import { explain, type Exchange } from "#dist/tools/explain.js";
import { FindingsError } from "#dist/tools/findings-error.js";
import { outline } from "#dist/tools/outline.js";
import { convert, CONVERSIONS } from "#dist/tools/rule-files.js";
import { el, fill, id } from "../pages/dom.js";
import { EXAMPLES } from "./examples.js";
import * as results from "./results.js";
import { type File, FORMS, type Form, fromFragment, type State, toFragment } from "./state.js";

const QUIET_MILLISECONDS = 150;
/** Of the font of code, and a little more. */
const CHARACTER_PIXELS = 8.5;

const select = (name: string): HTMLSelectElement => id<HTMLSelectElement>(name);
const form = id<HTMLFormElement>("request");

function read(): State {
  const files = [...document.querySelectorAll(".file")].map((file) => ({
    form: file.querySelector("select")!.value as Form,
    text: file.querySelector("textarea")!.value,
  }));
  const request = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
  return { platform: select("platform").value, dialect: select("dialect").value, conversion: select("form").value, files, request } as State;
}

function write({ platform, dialect, conversion, files, request }: State): void {
  Object.assign(select("platform"), { value: platform });
  Object.assign(select("dialect"), { value: dialect });
  Object.assign(select("form"), { value: conversion });
  fill(id("files"), files.map(editor));
  for (const field of form.elements) {
    const { name } = field as HTMLInputElement;
    if (Object.hasOwn(request, name)) (field as HTMLInputElement).value = request[name]!;
  }
}

function editor({ form: chosen, text }: File): HTMLElement {
  const forms = options(Object.entries(FORMS), chosen);
  const remove = el("button", { type: "button" }, "Remove");
  const area = el("textarea", { value: text, spellcheck: false, rows: 12, autocomplete: "off" });
  const file = el("fieldset", { className: "file" }, el("legend", {}, "A file"),
    el("div", { className: "fields" }, el("label", {}, "Its name ", forms), remove), el("label", {}, "Its text ", area));
  remove.addEventListener("click", () => {
    if (id("files").childElementCount > 1) file.remove();
    show();
  });
  return file;
}

function options(entries: readonly (readonly [value: string, text: string])[], chosen?: string): HTMLSelectElement {
  return el("select", {}, ...entries.map(([value, text]) => el("option", { value, selected: value === chosen }, text)));
}

/** What is shown of a state; each part by itself, since one may fail where another does not. */
function show(): void {
  const state = read();
  const { platform } = state;
  const files = state.files.map(({ form, text }, at): RuleFile => ({ form, text, dialect: state.dialect, name: nameOf(state.files, at) }));
  const texts = new Map(files.map(({ name, text }) => [name ?? "", text]));
  part("findings", () => results.findings(check(files, { platform, facts: FACTS }), texts, charactersIn("findings")));
  part("explanation", () => results.explanation(explain(files, exchangeOf(state.request), { platform, facts: FACTS })));
  part("conversion", () => results.conversion(convert(files[0]!, state.conversion), texts, charactersIn("conversion")));
  // The key of a plan that nobody uses need not be a secret.
  part("plan", () => results.plan(outline(files, { platform, facts: FACTS, key: "the key of the playground" })));
  void toFragment(state).then((fragment) => history.replaceState(null, "", `#${fragment}`));
}

/** How many characters of code a line has there, less the border of a finding. */
function charactersIn(name: string): number {
  return Math.floor((id(name).clientWidth - 20) / CHARACTER_PIXELS);
}

/** Files of one form are told apart by numbers. */
function nameOf(files: readonly File[], at: number): string {
  const { form } = files[at]!;
  const before = files.slice(0, at).filter((file) => file.form === form).length;
  return before === 0 ? FORMS[form] : `${FORMS[form]} (${before + 1})`;
}

function exchangeOf({ url = "", method, headers = "", country, device, clientIp, status, originHeaders = "" }: State["request"]): Exchange {
  return {
    url,
    method,
    headers: linesOf(headers),
    country: country?.toUpperCase() || undefined,
    device: device?.split(" ").filter((word) => word !== ""),
    clientIp: clientIp || undefined,
    origin: { status: Number(status) || 200, headers: linesOf(originHeaders) },
  };
}

function linesOf(text: string): [string, string][] {
  return text.split("\n").filter((line) => line.trim() !== "").map((line) => {
    const colon = line.indexOf(":");
    return colon < 0 ? [line.trim(), ""] : [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
  });
}

function part(name: string, nodes: () => readonly Node[]): void {
  try {
    fill(id(name), nodes());
  } catch (error) {
    fill(id(name), [isAboutRules(error) ? el("p", {}, "The rules cannot be used: see the findings.") : el("p", { className: "bad lines" }, error instanceof Error ? error.message : String(error))]);
  }
}

function isAboutRules(error: unknown): boolean {
  return error instanceof FindingsError && error.findings.length > 0;
}

let timer: ReturnType<typeof setTimeout> | undefined;
function soon(): void {
  clearTimeout(timer);
  timer = setTimeout(show, QUIET_MILLISECONDS);
}

for (const [name, words] of [["platform", PLATFORMS], ["dialect", DIALECTS], ["form", CONVERSIONS]] as const) {
  select(name).append(...words.map((word) => el("option", { value: word }, word)));
}
fill(id("examples"), EXAMPLES.map(({ title, state }) => {
  const button = el("button", { type: "button" }, title);
  button.addEventListener("click", () => {
    write(state);
    show();
  });
  return button;
}));
id("add").addEventListener("click", () => {
  id("files").append(editor({ form: "redirects", text: "" }));
  show();
});
id("share").addEventListener("click", () => void share());
form.addEventListener("submit", (event) => event.preventDefault());
document.querySelector("main")!.addEventListener("input", soon);
window.addEventListener("hashchange", () => void start());
// What is shown of a line depends on the room.
window.addEventListener("resize", soon);

async function share(): Promise<void> {
  const { href } = Object.assign(new URL(location.href), { hash: await toFragment(read()) });
  // Where it may not be copied, it is in the address bar.
  const said = await navigator.clipboard.writeText(href).then(() => "copied", () => "it is in the address bar");
  id("shared").textContent = said;
}

async function start(): Promise<void> {
  const shared = await fromFragment(location.hash.slice(1));
  if (location.hash.length > 1 && shared === undefined) id("problem").textContent = "This address does not hold a playground; it may have been cut.";
  write(shared ?? EXAMPLES[0]!.state);
  show();
}

void start();
