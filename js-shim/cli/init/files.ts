/** The handler, Worker or middleware of a platform, and what deploys it. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, relative } from "node:path";
import { HANDLERS, type PlanPlatform } from "#dist/generated/handlers.js";
import type { Outline } from "#dist/tools/outline.js";
import { configurationsOf } from "../cloudfront/configurations.js";
import type { Behaviour, CustomErrorResponse } from "../cloudfront/fragments/behaviour.js";
import { needsOf } from "../cloudfront/needs.js";
import { behaviourOf, requirementsOf } from "../cloudfront/requirements.js";
import { FOLDER, INTRODUCTION, template } from "../cloudfront/template/site.js";
import { NETLIFY_FILE, netlifySettings } from "../netlify.js";
import { platformNeeds } from "../platform-needs.js";
import { WORKER, wranglerFile, wranglerNeeds } from "../wrangler.js";
import { type Change, middlewareChange, netlifyChanges, ownMiddleware, vercelChanges, wranglerChanges } from "./changes.js";
import { type Detected, NEXT } from "./detect.js";
import { CDK_FILE, cdkModule, cdkStack } from "./cdk-stack.js";
import { excludes, IGNORE_FILE, ignored, isProject } from "./unpublished.js";

export interface Written {
  /** By their paths. */
  readonly files: Readonly<Record<string, string>>;
  /** Files that are left as they are, where they are there: they are the user's. */
  readonly theirs: readonly string[];
  /** What has to be changed in those. */
  readonly changes: readonly Change[];
  /** What else to know. */
  readonly notes: readonly string[];
  /** What has to be done to deploy, a command or a sentence each. */
  readonly deploy: readonly string[];
}

/** Platforms that files are written for. */
export const DEPLOYABLE = ["cloudfront", "cloudflare", "netlify", "vercel"] as const;
export type Deployable = (typeof DEPLOYABLE)[number];

/** What the handler is made of: rules as JSON, or a plan of several files. */
export interface Source {
  readonly file: string;
  readonly isPlan: boolean;
  readonly hasRegexes: boolean;
  /** The files of rules, and whose they are. */
  readonly rules: readonly string[];
  readonly dialect: string | undefined;
}

/** Old enough for the workerd of each Wrangler that people have: one refuses dates after its own. The Worker needs nothing newer. */
const COMPATIBILITY_DATE = "2025-06-01";

const TEMPLATE = "template.yaml";

/** Where the function is bundled to: no framework empties it, and no site has it in it. */
const BUNDLE = "edge/build";

export function filesFor(platform: Deployable, detected: Detected, outline: Outline, source: Source): Written {
  const { site } = detected;
  const plan = planOf(source);
  switch (platform) {
    case "cloudfront": {
      const needs = requirementsOf(needsOf(outline), outline, [], false);
      return cloudfront(detected, behaviourOf(needs), source);
    }
    case "cloudflare": {
      const config = wranglerFile("");
      const { paths } = platformNeeds(platform, outline, { folder: "", site });
      return {
        files: {
          [WORKER]: handler(WORKER, "The rules in front of the Worker's static assets.", platform, source),
          [config]: wrangler(site, paths),
          ...(isProject(site) && { [IGNORE_FILE]: ignored() }),
        },
        theirs: [config, IGNORE_FILE],
        changes: wranglerChanges(config, wranglerNeeds(config, site, paths)),
        notes: isProject(site) ? ["An older wrangler dev, such as the last for Node 20, finds the files here that it writes itself, and starts again and again: take selvedge dev, or a folder for the pages."] : [],
        deploy: [...plan, "npx wrangler dev", "npx wrangler deploy"],
      };
    }
    case "netlify": {
      const file = netlifySettings("").functionFile;
      const { fragment } = platformNeeds(platform, outline, { folder: "", site });
      return {
        files: { [file]: handler(file, "The rules in front of the site's files.", platform, source, fragment), [NETLIFY_FILE]: `[build]\npublish = ${JSON.stringify(site)}\n` },
        theirs: [NETLIFY_FILE],
        changes: netlifyChanges(site),
        notes: [],
        deploy: [...plan, "npx netlify deploy"],
      };
    }
    case "vercel":
      return vercel(detected, platformNeeds(platform, outline, { folder: "", site }).fragment ?? "", source);
  }
}

const MIDDLEWARE = "middleware.js";
const VERCEL_FILE = "vercel.json";

/** @param config where the middleware runs, as its module says it */
function vercel({ framework, site, pages }: Detected, config: string, source: Source): Written {
  // Vercel looks for what Next.js itself needs in the folder that is named, and stops: https://github.com/vercel/vercel/blob/main/errors/now-next-routes-manifest.md
  const isNext = framework === NEXT;
  const own = ownMiddleware(MIDDLEWARE, isNext);
  // After the site's files, unlike what a middleware rewrites.
  const rewrites = pages.app !== undefined && pages.isFallback ? [{ source: "/((?!.*\\.[^/]*$).*)", destination: pages.app }] : [];
  const file = own === undefined ? MIDDLEWARE : "edge/middleware.mjs";
  return {
    files: {
      [file]: handler(file, "The rules before the site's files.", "vercel", source, own === undefined ? config : ""),
      ...(!isNext && { [VERCEL_FILE]: `${JSON.stringify({ $schema: "https://openapi.vercel.sh/vercel.json", outputDirectory: site, ...(rewrites.length > 0 && { rewrites }) }, null, 2)}\n` }),
    },
    theirs: [VERCEL_FILE],
    changes: [...vercelChanges(VERCEL_FILE, site, isNext, rewrites), ...(own === undefined ? [] : [middlewareChange(own, `./${relative(dirname(own), file)}`.replace("./../", "../"), config)])],
    notes: isNext && own === undefined ? [`Next.js takes ${MIDDLEWARE} for a middleware of its own, and from version 16 wants it as proxy.js.`] : [],
    deploy: [...planOf(source), "npx vercel deploy"],
  };
}

/** What else makes a distribution, and the form that it takes what rules need in. */
const OTHER_STACKS: Readonly<Record<string, string>> = { "template.yml": "cloudformation", "template.json": "cloudformation", "serverless.yml": "cloudformation", "serverless.yaml": "cloudformation", "main.tf": "terraform" };

/** The rules run on the distribution that is written, and on no other. */
const OWN_DISTRIBUTION = (format: string): string => `On a distribution that you have, no rule runs before it has what npx selvedge plan --format ${format} prints.`;

function cloudfront({ deploys, site, pages }: Detected, behaviour: Behaviour, source: Source): Written {
  const own = behaviour.errors.length === 0 ? errorsFor(pages) : [];
  const isCdk = deploys.get("cloudfront") === CDK_FILE;
  const construct = isCdk ? cdkModule() : undefined;
  if (construct !== undefined) {
    const { rules, dialect } = source;
    const how = construct.endsWith(".ts") ? "from ./edge/site" : `of ${construct}, which require() takes as well`;
    return {
      files: { [construct]: cdkStack({ rules: { rules, dialect, ...(pages.isBuilt && { site }) }, errors: own, site, isTyped: construct.endsWith(".ts") }) },
      theirs: [],
      changes: [],
      notes: [OWN_DISTRIBUTION("cdk")],
      deploy: [`in your stack: new Site(this, "Site"), ${how}`, "npx cdk deploy", syncOf(site)],
    };
  }
  // A template of the project's own is not ours to overwrite, even where that is asked for; and SAM takes this name before others.
  const theirs = [TEMPLATE, ...Object.keys(OTHER_STACKS)].filter((name) => existsSync(name) && !readFileSync(name, "utf8").startsWith(INTRODUCTION));
  const file = theirs.some((name) => name.startsWith("template.")) ? `edge/${TEMPLATE}` : TEMPLATE;
  const policies = configurationsOf({ ...behaviour, errors: [...behaviour.errors, ...own] });
  const lambda = { code: relative(dirname(file), BUNDLE), handler: "handler.handler" };
  return {
    files: { "edge/handler.mjs": handler("edge/handler.mjs", "One function for all triggers of the distribution.", "cloudfront", source), [file]: template({ policies, function: null, store: null, lambda }) },
    theirs: [],
    changes: [],
    notes: [
      ...theirs.map((name) => `${name} is yours: ${file} is a stack of its own, with a bucket and a distribution. ${OWN_DISTRIBUTION(OTHER_STACKS[name] ?? "cloudformation")}`),
      ...(isCdk ? [`The construct for the CDK is for apps in TypeScript and JavaScript. ${CDK_FILE} is of another: ${file} is a stack of its own. ${OWN_DISTRIBUTION("cloudformation")}`] : []),
    ],
    deploy: [
      ...planOf(source),
      `npx esbuild edge/handler.mjs --bundle --minify --platform=node --target=node22 --format=esm --outfile=${BUNDLE}/handler.mjs`,
      `sam deploy --guided --region us-east-1 --template-file ${file}`,
      syncOf(site),
    ],
  };
}

/** CloudFront does not ask the bucket twice: its distribution has the pages for what is missing. */
function errorsFor({ app, isFallback, has404 }: Detected["pages"]): CustomErrorResponse[] {
  if (app !== undefined && isFallback) return [{ errorCode: 404, responseCode: 200, responsePagePath: app }];
  return has404 ? [{ errorCode: 404, responseCode: 404, responsePagePath: "/404.html" }] : [];
}

/** How the plan is made, where there is one. */
function planOf({ file, isPlan }: Source): string[] {
  return isPlan ? [`npx selvedge build -o ${file}`] : [];
}

/** Quoted, where a shell would read anything else in it. */
function shellWord(text: string): string {
  return /^[\w./@%+=:,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function syncOf(site: string): string {
  return `aws s3 sync ${shellWord(site)} s3://BUCKET/${FOLDER}${isProject(site) ? ` ${excludes()}` : ""}`;
}

function handler(file: string, about: string, platform: PlanPlatform, { file: rules, isPlan, hasRegexes }: Source, config = ""): string {
  const { entry, maker, handler } = HANDLERS[platform];
  const path = relative(dirname(file), rules);
  const from = path.startsWith(".") ? path : `./${path}`;
  const [name, line] = isPlan ? ["plan", `import plan from "${from}";`] : ["rules", `import rules from "${from}" with { type: "json" };`];
  const exported = handler === "default" ? "export default" : `export const ${handler} =`;
  const package_ = isPlan ? `selvedge/compiled/${hasRegexes ? "regex/" : ""}${entry}` : `selvedge/${entry}`;
  return `// ${about}\nimport { ${maker} } from "${package_}";\n${line}\n\n${exported} ${maker}(${name});\n${config === "" ? "" : `\n${config}\n`}`;
}

function wrangler(site: string, paths: readonly string[] | null): string {
  return `{
  "$schema": "./node_modules/wrangler/config-schema.json",
  "name": "site",
  "main": "edge/worker.mjs",
  "compatibility_date": "${COMPATIBILITY_DATE}",
  // The Worker comes first and asks for files by the binding. Their names are the rules' business.
  "assets": {
    "directory": ${JSON.stringify(site)},
    "binding": "ASSETS",
    "html_handling": "none",
    "not_found_handling": "none",
    "run_worker_first": ${paths === null ? "true" : JSON.stringify(paths)}
  }
}
`;
}
