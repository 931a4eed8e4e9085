/** The verbs, each with what help says of it. A verb's module is loaded when it is asked for: most of a start is loading. */
import type { Command } from "commander";
import { compileOnce } from "./short.js";

export interface Verb {
  readonly name: string;
  readonly summary: string;
  /** Whether it asks the tools a question or two, and ends. */
  readonly isShort: boolean;
  /** Adds the verb to the program, with its options. */
  readonly register: (program: Command, summary: string) => Promise<void>;
}

/** In the order of the help. */
export const VERBS: readonly Verb[] = [
  {
    name: "init",
    isShort: true,
    summary: "write rules, expectations, a handler and a deploy file for the site in this folder",
    register: async (...to) => (await import("./verbs/init.js")).registerInit(...to),
  },
  {
    name: "check",
    isShort: true,
    summary: "find what is wrong with rules, and what is probably not meant",
    register: async (...to) => (await import("./verbs/check.js")).registerCheck(...to),
  },
  {
    name: "explain",
    isShort: true,
    summary: "follow a request through rules: which acted, which did not, and why",
    register: async (...to) => (await import("./verbs/explain.js")).registerExplain(...to),
  },
  {
    name: "test",
    isShort: true,
    summary: "send the requests of a file through rules, and compare what comes of them",
    register: async (...to) => (await import("./verbs/test.js")).registerTest(...to),
  },
  {
    name: "explain-code",
    isShort: false,
    summary: "say what the code of a finding means, and what to do",
    register: async (...to) => (await import("./verbs/explain-code.js")).registerExplainCode(...to),
  },
  {
    name: "convert",
    isShort: true,
    summary: "write a file of rules in another form",
    register: async (...to) => (await import("./verbs/convert.js")).registerConvert(...to),
  },
  {
    name: "plan",
    isShort: true,
    summary: "list what a platform needs to run the rules: triggers, cache policy, routes",
    register: async (...to) => (await import("./verbs/plan.js")).registerPlan(...to),
  },
  {
    name: "build",
    isShort: true,
    summary: "compile rules into a plan, as bytes or as a module",
    register: async (...to) => (await import("./verbs/build.js")).registerBuild(...to),
  },
  {
    name: "kvs",
    isShort: false,
    summary: "print the updates of a CloudFront Function's KeyValueStore",
    register: async (...to) => (await import("./verbs/kvs.js")).registerKvs(...to),
  },
  {
    name: "verify",
    isShort: false,
    summary: "ask old addresses of a site, or of rules: do they lead where they must?",
    register: async (...to) => (await import("./verbs/verify.js")).registerVerify(...to),
  },
  {
    name: "usage",
    isShort: false,
    summary: "count in access logs how often rules are hit, and which addresses are missed",
    register: async (...to) => (await import("./verbs/usage.js")).registerUsage(...to),
  },
  {
    name: "replay",
    isShort: false,
    summary: "say what a change of rules changes in the traffic of access logs",
    register: async (...to) => (await import("./verbs/replay.js")).registerReplay(...to),
  },
  {
    name: "prune",
    isShort: false,
    summary: "take redirects out of a list that no request of access logs matched",
    register: async (...to) => (await import("./verbs/prune.js")).registerPrune(...to),
  },
  {
    name: "precompress",
    isShort: false,
    summary: "compress a site's files ahead of time: .gz, .br and .zst",
    register: async (...to) => (await import("./verbs/precompress.js")).registerPrecompress(...to),
  },
  {
    name: "csp",
    isShort: false,
    summary: "print the Content-Security-Policy that a built site needs",
    register: async (...to) => (await import("./verbs/csp.js")).registerCsp(...to),
  },
  {
    name: "dev",
    isShort: false,
    summary: "run an edge on this machine: rules or Lambda@Edge handlers in front of a folder or a URL",
    register: async (...to) => (await import("./verbs/dev.js")).registerDev(...to),
  },
];

/** Adds all verbs: whole the one that these arguments name, and of the others what help and a misspelt name need. */
export async function registerVerbs(program: Command, args: readonly string[]): Promise<void> {
  const wanted = args.find((arg) => VERBS.some(({ name }) => name === arg));
  for (const { name, summary, isShort, register } of VERBS) {
    if (name === wanted) {
      if (isShort) compileOnce();
      await register(program, summary);
    } else program.command(name).summary(summary);
  }
}
