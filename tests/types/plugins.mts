// Plugins as the configurations of bundlers take them, whose own types are not installed here.
/// <reference types="selvedge/files" />
import esbuild from "selvedge/esbuild";
import rolldown from "selvedge/rolldown";
import rollup, { type Options } from "selvedge/rollup";
import rspack from "selvedge/rspack";
import vite from "selvedge/vite";
import webpack from "selvedge/webpack";
import { lambdaEdge } from "selvedge/lambda-edge";
import redirects from "./_redirects";

const options: Options = { dialect: "netlify", site: "dist", key: "a secret of the build", facts: ["country"], strict: true };
export const plugins: { name: string }[] = [esbuild(options), rolldown(options), rollup(options), vite(), vite({})];
export const appliers: { apply(compiler: object): void }[] = [rspack(options), webpack()];

// @ts-expect-error: whose files they are is one of two words
vite({ dialect: "apache" });
// @ts-expect-error: an option that there is not
vite({ platform: "cloudfront" });

export const handler = lambdaEdge({ ...redirects, security: "basic" });
