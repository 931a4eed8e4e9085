/** Rules as a function of Lambda@Edge: Selvedge's own handler, in this process. */
import type { LambdaEdgeHandler } from "#dist/adapters/lambda-edge/types.js";
import { copyOf, type Event } from "../message.js";
import { type Called, type EdgeFunction, RULES } from "./function.js";

export class RulesFunction implements EdgeFunction {
  readonly #handler: LambdaEdgeHandler;

  constructor(
    handler: LambdaEdgeHandler,
    readonly name = RULES,
  ) {
    this.#handler = handler;
  }

  async call(event: Event): Promise<Called> {
    const started = performance.now();
    try {
      // The handler may change what it gets.
      const result: unknown = await this.#handler(copyOf(event) as never, {});
      return { result, console: [], milliseconds: performance.now() - started };
    } catch (error) {
      return { failure: error instanceof Error ? (error.stack ?? error.message) : String(error), console: [], milliseconds: performance.now() - started };
    }
  }

  close(): void {}
}
