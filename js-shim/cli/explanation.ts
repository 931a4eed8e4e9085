/** A trace as a page that a person reads at a glance: one line for each rule, and the result as HTTP. */
import { STATUS_CODES } from "node:http";
import type { Change, RequestHead, ResponseHead, StageTrace, Step, Trace } from "#dist/tools/explain.js";
import { MISSING } from "./cloudfront/requirements.js";
import type { coloursOf } from "./output.js";
import { printable } from "./printable.js";
import { widthOf } from "./width.js";

type Colours = ReturnType<typeof coloursOf>;

export interface PageOptions {
  readonly colours: Colours;
  /** What a line may take. */
  readonly width: number;
  /** Every rule and every change, however many. */
  readonly all: boolean;
  /** The only stage to show. */
  readonly stage: string | undefined;
  /** The files whose rules are called by their lines: what has no JSON places. */
  readonly byLine: ReadonlySet<string>;
}

/** Rules of one kind that did not match, shown one by one at most. */
const MISSES = 4;
/** Headers that one rule changed, shown one by one at most. */
const CHANGES = 4;
/** Lines of a body at most. */
const BODY = 12;

const MARKS = { acted: "✓", idle: "·", preempted: "·", unreached: "·", unmatched: "✗" } as const;

export function renderTrace(trace: Trace, options: PageOptions): string {
  return new Page(trace, options).text();
}

class Page {
  readonly #trace: Trace;
  readonly #options: PageOptions;
  readonly #names = new Map<string, string>();

  constructor(trace: Trace, options: PageOptions) {
    this.#trace = trace;
    this.#options = options;
    for (const step of trace.stages.flatMap(({ steps }) => steps)) this.#names.set(step.place, this.#nameOf(step));
  }

  text(): string {
    const { stages } = this.#trace;
    const shown = stages.filter(({ stage }) => this.#options.stage === undefined || stage === this.#options.stage);
    const skipped = shown.filter((stage) => stage.skipped !== null);
    const ran = shown.filter((stage) => stage.skipped === null).map((stage) => this.#stage(stage));
    const blocks = [this.#head(), ...ran, ...(skipped.length === 0 ? [] : [this.#skipped(skipped)]), this.#result()];
    return blocks.map((lines) => lines.join("\n")).join("\n\n");
  }

  /** Rules are called as their author finds them: by line in a rule file, by place in JSON. */
  #nameOf({ file, line, place }: Step): string {
    return printable(line !== undefined && this.#options.byLine.has(file) ? `${file}:${line}` : place);
  }

  #head(): string[] {
    const { bold, dim } = this.#options.colours;
    const { request, platform } = this.#trace;
    const host = request.headers.find(([name]) => name === "host")?.[1] ?? "";
    return [`${bold(printable(`${request.method} ${host}${target(request)}`))}  ${dim(platform)}`];
  }

  #skipped(stages: readonly StageTrace[]): string[] {
    const { dim } = this.#options.colours;
    return stages.map(({ stage, skipped }) => dim(`${stage}  does not run: ${skipped}`));
  }

  #stage(stage: StageTrace): string[] {
    const { bold, dim } = this.#options.colours;
    const lines = [stage.path === null ? bold(stage.stage) : `${bold(stage.stage)}  ${dim(printable(stage.path))}`];
    const own = this.#rows(stage.steps.filter(({ onAnswer }) => !onAnswer));
    const after = this.#rows(stage.steps.filter(({ onAnswer }) => onAnswer));
    if (stage.steps.length === 0) return [`${lines[0]}  ${dim("no rules")}`];
    const widths = widthsOf([...own, ...after], this.#options.width);
    for (const row of own) lines.push(...this.#row(row, widths));
    if (after.length > 0) lines.push(dim("    and at once, on this answer:"));
    for (const row of after) lines.push(...this.#row(row, widths));
    for (const remark of stage.remarks) lines.push(dim(`    ${printable(remark)}`));
    return lines;
  }

  /** What is shown of the steps; what nobody needs to see is folded into a count. */
  #rows(steps: readonly Step[]): Row[] {
    const rows: Row[] = [];
    const shown = this.#options.all ? new Set(steps) : worthSeeing(steps);
    for (let at = 0; at < steps.length; at++) {
      const step = steps[at] as Step;
      if (shown.has(step)) {
        rows.push({ step, name: this.#nameOf(step), rule: printable(step.rule), reason: this.#reason(step) });
        continue;
      }
      const from = at;
      const same = (next: Step | undefined) => next !== undefined && !shown.has(next) && next.kind === step.kind && next.verdict === step.verdict;
      while (same(steps[at + 1])) at++;
      rows.push({ folded: fold(steps.slice(from, at + 1)) });
    }
    return rows;
  }

  #reason({ reason, verdict }: Step): string {
    if (reason === null) return "";
    const by = reason.by === null ? undefined : this.#names.get(reason.by);
    const text = reason.by !== null && by !== undefined ? reason.text.replace(reason.by, by) : reason.text;
    return printable(verdict === "acted" ? text : text.replace(/^path is \S+, which /, "path "));
  }

  #row(row: Row, { name, rule }: { name: number; rule: number }): string[] {
    const { green, red, dim, bold } = this.#options.colours;
    if ("folded" in row) return [dim(`  · ${row.folded}`)];
    const { verdict, changes } = row.step;
    const acted = verdict === "acted";
    const mark = acted ? green(MARKS[verdict]) : verdict === "unmatched" ? red(MARKS[verdict]) : dim(MARKS[verdict]);
    const cells = `${pad(row.name, name)}  ${pad(clip(row.rule, rule), rule)}`;
    const indent = 4 + name + 2;
    const fits = indent + rule + 2 + widthOf(row.reason) <= this.#options.width;
    const painted = acted ? bold(cells) : cells;
    const lines = [`  ${mark} ${row.reason && fits ? `${painted}  ${dim(row.reason)}` : painted.trimEnd()}`];
    if (row.reason && !fits) lines.push(...wrap(row.reason, this.#options.width - indent).map((line) => " ".repeat(indent) + dim(line)));
    return [...lines, ...this.#changes(changes).map((line) => " ".repeat(indent) + line)];
  }

  #changes(changes: readonly Change[]): string[] {
    const { all, colours, width } = this.#options;
    const headers = changes.filter(({ what }) => what === "header");
    const fold = !all && headers.length > CHANGES;
    const lines = changes.filter(({ what }) => !(fold && what === "header")).flatMap((change) => this.#change(change));
    if (fold) {
      const names = headers.map(({ name, after }) => `${after.length === 0 ? "-" : "+"}${printable(name ?? "")}`).join(" ");
      lines.push(...wrap(names, Math.max(30, width - 30)).map((line) => colours.cyan(line)));
    }
    return lines;
  }

  #change({ what, name, before, after }: Change): string[] {
    const { green, red, cyan, dim } = this.#options.colours;
    const label = what === "header" ? `${printable(name ?? "")}: ` : `${what === "ask-again" ? "ask again for" : what} `;
    const value = (lines: readonly string[]) => clip(printable(lines.map((line) => line.replace(/\n[^]*/, " …")).join(" ⏎ ")), this.#options.width - 40);
    if (what === "body" && after.every((text) => text === "")) return [];
    if (what === "status" || what === "body") return [cyan(`${label}${value(after)}`)];
    if (what !== "header") return [cyan(`${label}${before.length === 0 ? "" : `${value(before) || '""'} → `}${value(after) || '""'}`)];
    if (after.length === 0) return [red(`- ${label}${value(before)}`)];
    const was = before.length === 0 ? "" : `  ${dim(`was ${value(before)}`)}`;
    return [`${green(`+ ${label}${value(after)}`)}${was}`];
  }

  #result(): string[] {
    const { bold, dim, cyan } = this.#options.colours;
    const { asked, response } = this.#trace;
    const lines: string[] = [];
    if (asked !== null) {
      const origin = asked.origin === null ? "" : `  ${dim(printable(asked.origin))}`;
      lines.push(`${bold("The origin is asked")}  ${cyan(printable(`${asked.method} ${target(asked)}`))}${origin}`, "");
    }
    lines.push(bold("The viewer gets"), "");
    const reason = STATUS_CODES[response.status] ?? "";
    lines.push(`  ${bold(`HTTP ${response.status} ${reason}`.trimEnd())}`);
    for (const [given, value] of response.headers) {
      const name = printable(given);
      const [first = "", ...rest] = wrap(`${name}: ${printable(value)}`, this.#options.width - 4);
      lines.push(`  ${cyan(`${name}:`)}${first.slice(name.length + 1)}`, ...rest.map((line) => `    ${line}`));
    }
    return [...lines, ...this.#body(response), ...this.#settings(response)];
  }

  /** What the platform makes of the answer by settings that are not rules. */
  #settings({ status, bodyOf }: ResponseHead): string[] {
    const { missingPage } = this.#trace;
    if (missingPage === null || bodyOf !== "origin" || !MISSING.includes(status)) return [];
    return ["", `With custom error responses, as selvedge plan prints them, it is ${printable(missingPage.page)} with ${missingPage.status}.`];
  }

  #body({ body, bodyOf, length }: ResponseHead): string[] {
    const { dim } = this.#options.colours;
    if (bodyOf === "none") return ["", `  ${dim("(no body)")}`];
    if (body === null) return ["", `  ${dim(bodyOf === "origin" ? "(the origin's body)" : `(${length} bytes)`)}`];
    if (body === "") return ["", `  ${dim("(empty body)")}`];
    const lines = body.replace(/\n$/, "").split("\n");
    const kept = this.#options.all ? lines : lines.slice(0, BODY);
    const rest = lines.length > kept.length ? [`  ${dim(`… ${lines.length - kept.length} more lines`)}`] : [];
    return ["", ...kept.map((line) => `  ${printable(line)}`), ...rest];
  }
}

type Row = { readonly step: Step; readonly name: string; readonly rule: string; readonly reason: string } | { readonly folded: string };

/** The steps that tell something: what acted or nearly did, and for each kind the nearest that did not. */
function worthSeeing(steps: readonly Step[]): Set<Step> {
  const shown = new Set(steps.filter(({ verdict }) => verdict === "acted" || verdict === "idle"));
  const misses = new Map<string, Step[]>();
  for (const step of steps) {
    const near = step.verdict === "preempted" || (step.verdict === "unmatched" && (step.reason?.code !== "pattern" || step.reason.near > 0));
    if (!near) continue;
    const list = misses.get(step.kind) ?? [];
    list.push(step);
    misses.set(step.kind, list);
  }
  for (const list of misses.values()) {
    list.sort((a, b) => nearness(b) - nearness(a));
    // Where many are as near, none of them is the one that was meant.
    const last = nearness(list[MISSES]);
    for (const step of list.slice(0, MISSES)) if (nearness(step) > last || nearness(step) === FAILED) shown.add(step);
  }
  return shown;
}

/** What matched by its path and failed for another reason. */
const FAILED = Number.MAX_SAFE_INTEGER;

function nearness(step: Step | undefined): number {
  if (step === undefined) return -1;
  return step.reason?.code === "pattern" ? step.reason.near : FAILED;
}

function fold(steps: readonly Step[]): string {
  const [{ kind, verdict, reason }] = steps as [Step];
  const count = steps.length === 1 ? `1 rule of ${kind}` : `${steps.length} rules of ${kind}`;
  if (verdict === "unreached") return `${count} not looked at`;
  if (verdict === "preempted") return `${count} would match, but another came first`;
  const paths = steps.every((step) => step.reason?.code === "pattern");
  return paths ? `${count} for other paths` : steps.length === 1 && reason !== null ? `${count}: ${reason.text}` : `${count} did not match`;
}

/** Names get what they need, rules up to half of the width. */
function widthsOf(rows: readonly Row[], width: number): { name: number; rule: number } {
  const steps = rows.filter((row) => "step" in row);
  const longest = (texts: string[], most: number) => Math.min(most, Math.max(0, ...texts.map((text) => widthOf(text))));
  const name = longest(steps.map((row) => row.name), 40);
  return { name, rule: longest(steps.map((row) => row.rule), Math.max(20, Math.floor((width - name) / 2))) };
}

function target({ path, query }: RequestHead): string {
  return query === "" ? path : `${path}?${query}`;
}

function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

function clip(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = "";
  for (const character of text) {
    if (widthOf(kept + character) > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/** Lines of at most `width`, broken at blanks. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && widthOf(line) + 1 + widthOf(word) > Math.max(20, width)) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
