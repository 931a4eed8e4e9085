/** The user's own code: one function per stage, checked when it is handed over. */

export const HOOKS = ["viewerRequest", "originRequest", "originResponse", "viewerResponse"] as const;

export type HookName = (typeof HOOKS)[number];
export type Hook = (...args: unknown[]) => unknown;

/** Throws on a hook that would never run. `others` are members that are not hooks. */
export function checkHooks(hooks: object, others: readonly string[] = []): void {
  for (const [name, hook] of Object.entries(hooks)) {
    if (others.includes(name)) continue;
    const known = (HOOKS as readonly string[]).includes(name);
    if (known && (hook === undefined || typeof hook === "function")) continue;
    const reason = known ? `the hook ${name} must be a function` : `there is no hook ${name}; the hooks are ${HOOKS.join(", ")}`;
    throw new TypeError(`selvedge: ${reason}`);
  }
}

/** The hook of a stage by its number. */
export function hookOf(hooks: { readonly [name in HookName]?: unknown }, stage: number): Hook | undefined {
  return hooks[HOOKS[stage]!] as Hook | undefined;
}

/** Calls a hook. One that is not asynchronous costs no turn of the event loop. What it throws is logged, and thrown on. */
export function callHook(hook: Hook, stage: number, args: unknown[], settle: (returned: unknown) => unknown): unknown {
  const failed = (error: unknown): never => {
    console.error(`selvedge: the hook ${HOOKS[stage]!} threw ${onOneLine(error)}`);
    throw error;
  };
  let returned: unknown;
  try {
    returned = hook(...args);
  } catch (error) {
    return failed(error);
  }
  return isThenable(returned) ? returned.then(settle, failed) : settle(returned);
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}

/** A log is read line by line. */
export function onOneLine(error: unknown): string {
  return String(error).replaceAll(/\s*\n\s*/g, " ");
}
