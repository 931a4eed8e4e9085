/** Rules at one stage: those that acted and, at a click, why every other one did not. */
import { el, more } from "./dom.js";

export interface Step {
  readonly place: string;
  readonly file: string;
  readonly line?: number;
  readonly rule: string;
  readonly verdict: string;
  readonly reason?: { readonly text?: string } | string | null;
}

export function stepList(steps: readonly Step[]): Node[] {
  const item = ({ place, file, line, rule, verdict, reason }: Step): Node => {
    const why = typeof reason === "string" ? reason : (reason?.text ?? "");
    return el("li", {}, el("code", {}, place), ` ${file}${line === undefined ? "" : `:${line}`} `, el("span", { className: "quiet" }, rule), verdict === "acted" ? "" : ` – ${why === "" ? verdict : why}`);
  };
  const acted = steps.filter(({ verdict }) => verdict === "acted");
  const others = steps.filter(({ verdict }) => verdict !== "acted");
  return [
    ...(acted.length === 0 ? [] : [el("h4", {}, acted.length === 1 ? "The rule that did it" : "The rules that did it"), el("ul", {}, ...acted.map(item))]),
    ...(others.length === 0 ? [] : [more(`Why ${others.length} other ${others.length === 1 ? "rule" : "rules"} did not`, el("ul", {}, ...others.map(item)))]),
  ];
}

