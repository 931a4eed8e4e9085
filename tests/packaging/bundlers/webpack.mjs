import { tool } from "./tool.mjs";
import { compilation } from "./compilation.mjs";

const { default: webpack } = await tool("webpack");

export const { bundle, bundleWith, told, watchWith } = compilation(webpack);
