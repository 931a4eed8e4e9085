import { tool } from "./tool.mjs";
import { compilation } from "./compilation.mjs";

const { rspack } = await tool("@rspack/core");

export const { bundle, bundleWith, told, watchWith } = compilation(rspack);
