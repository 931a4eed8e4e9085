// Adapters without a reader: what tests hand a fake one, or one that traps.
import { source } from "./source.mjs";

const { createHandler: handlerOf } = await source("src/adapters/lambda-edge/handler.ts");
const { createPass: passOf } = await source("src/adapters/fetch/pass.ts");

export const createHandler = (plan, instantiate, hooks) => handlerOf({ plan, instantiate }, hooks);
export const createPass = (plan, instantiate) => passOf({ plan, instantiate }, { name: "fetch", facts: {} });
