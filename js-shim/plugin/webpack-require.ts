/** What unplugin asks for by `require`, where bundling does not see it. It takes the place of `node:module`. */
import VirtualModulesPlugin from "webpack-virtual-modules";

export const createRequire = () => (name: string): unknown => {
  if (name === "webpack-virtual-modules") return VirtualModulesPlugin;
  throw new Error(`selvedge: ${name} is not in this bundle`);
};
