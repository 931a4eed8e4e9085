/** What to do where the runtime compiles no WebAssembly from bytes; other errors stay as they are. */
export function refused(error: unknown): unknown {
  if ((error as Error | undefined)?.name !== "CompileError") return error;
  return new Error(
    `selvedge: WebAssembly from bytes is refused here (${String(error)}); bundle with the condition "workerd" or "edge-light", ` +
      "or bring the module to selvedge/bytes/…",
  );
}
