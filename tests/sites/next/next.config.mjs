import { dirname } from "node:path";

const root = dirname(dirname(dirname(import.meta.dirname)));

export default { output: "export", trailingSlash: process.env.FORM === "directory", images: { unoptimized: true }, turbopack: { root }, outputFileTracingRoot: root };
