/** What unplugin asks for by `require`, where bundling does not see it. It takes the place of `node:module`. */
// By its other name, which is not replaced.
import { createRequire as ofNode } from "module";
import VirtualModulesPlugin from "webpack-virtual-modules";

export { register } from "module";

/** As Node has it, with what is in this bundle. */
export function createRequire(from: string | URL): NodeJS.Require {
  const load = ofNode(from);
  return Object.assign((name: string): unknown => (name === "webpack-virtual-modules" ? VirtualModulesPlugin : load(name)), load);
}
