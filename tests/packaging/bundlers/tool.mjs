import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(`${process.env.SELVEDGE_TOOLS}/`);

/** A bundler's module, from where crates/xtask/src/tools.rs installs it. */
export const tool = (name) => import(pathToFileURL(require.resolve(name)).href);
