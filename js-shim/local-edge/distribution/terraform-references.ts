/** What the attributes of a distribution in a Terraform plan refer to. What is made by the same plan has no identifier yet: its configuration names it. */
import { listOf, objectOf, type Plain, textOf } from "./reader.js";

export interface Resource {
  /** With its modules and its index: `module.site.aws_cloudfront_function.rewrite["a"]`. */
  readonly address: string;
  readonly type: string;
  readonly values: Plain;
}

/** Of an attribute, blocks and their positions before it. */
export type Path = readonly (string | number)[];

export function resourcesOf(module: Plain): Resource[] {
  const own = listOf(module["resources"]).map(({ address, type, values }) => ({ address: textOf(address, ""), type: textOf(type, ""), values: objectOf(values) }));
  return [...own, ...listOf(module["child_modules"]).flatMap(resourcesOf)];
}

/** More steps through variables and outputs than any configuration has; one that leads to itself ends here. */
const MAX_STEPS = 20;

/** A module of the configuration, by the calls that lead to it. */
interface Module {
  /** Of its resources' addresses, with a dot at the end unless it is the root. */
  readonly prefix: string;
  readonly plain: Plain;
  readonly caller: { readonly module: Module; readonly call: Plain } | undefined;
}

export class References {
  readonly #module: Module | undefined;
  /** The expressions of the distribution. */
  readonly #expressions: Plain;

  /** @param address of the distribution */
  constructor(plan: Plain, address: string) {
    const root: Module = { prefix: "", plain: objectOf(objectOf(plan["configuration"])["root_module"]), caller: undefined };
    const [, modules = "", own = ""] = /^((?:module\.[^.[]+(?:\[[^\]]*\])?\.)*)(.*)$/.exec(address) ?? [];
    const steps = modules.match(/module\.[^.[]+(?:\[[^\]]*\])?\./g) ?? [];
    this.#module = steps.reduce<Module | undefined>((module, step) => module && called(module, step), root);
    const resource = listOf(this.#module?.plain["resources"]).find((one) => one["address"] === withoutIndex(own));
    this.#expressions = objectOf(resource?.["expressions"]);
  }

  /** The one of these resources that an attribute refers to. `undefined`: the plan does not say, or it is one of several. */
  of(path: Path, resources: readonly Resource[]): Resource | undefined {
    let value: unknown = this.#expressions;
    for (const step of path) value = typeof step === "number" ? (Array.isArray(value) ? value[step] : undefined) : objectOf(value)[step];
    return this.#module && resolved(objectOf(value)["references"], this.#module, resources, MAX_STEPS);
  }
}

function resolved(references: unknown, module: Module, resources: readonly Resource[], steps: number): Resource | undefined {
  if (!Array.isArray(references) || steps === 0) return undefined;
  // The most exact comes first: `a.b["c"].id`, `a.b["c"]`, `a.b`.
  for (const reference of references.filter((one) => typeof one === "string")) {
    const [kind, name = "", output = ""] = reference.split(".");
    if (kind === "var" && module.caller !== undefined) {
      const { module: caller, call } = module.caller;
      return resolved(objectOf(objectOf(call["expressions"])[name])["references"], caller, resources, steps - 1);
    }
    if (kind === "module" && output !== "") {
      const inner = called(module, `module.${name}.`);
      return inner && resolved(objectOf(objectOf(objectOf(inner.plain["outputs"])[output])["expression"])["references"], inner, resources, steps - 1);
    }
    const exact = resources.find(({ address }) => address === module.prefix + reference);
    if (exact !== undefined) return exact;
    const alike = resources.filter(({ address }) => withoutIndex(address) === module.prefix + reference);
    if (alike.length === 1) return alike[0];
  }
  return undefined;
}

/** @param step `module.NAME.`, with an index where the call has one */
function called(module: Module, step: string): Module | undefined {
  const name = step.replace(/^module\./, "").replace(/(?:\[.*\])?\.$/, "");
  const call = objectOf(objectOf(module.plain["module_calls"])[name]);
  return call["module"] === undefined ? undefined : { prefix: module.prefix + step, plain: objectOf(call["module"]), caller: { module, call } };
}

function withoutIndex(address: string): string {
  return address.replace(/\[[^\]]*\]$/, "");
}
