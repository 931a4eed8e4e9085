/** What `selvedge dev` is told, and what follows from it: loaded at the start, and again when a file changes. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Platform } from "#dist/compile/compile.js";
import { FACTS } from "#dist/generated/names.js";
import { lambdaEdge } from "#dist/plain/lambda-edge.js";
import { FindingsError } from "#dist/tools/findings-error.js";
import { type Outline, outline } from "#dist/tools/outline.js";
import { usable } from "#dist/tools/rule-files.js";
import { needsOf } from "../cli/cloudfront/needs.js";
import { customErrorsFor } from "../cli/cloudfront/requirements.js";
import { readSources, readText, type Source } from "../cli/input.js";
import { InputError } from "../cli/input-error.js";
import { type Behaviour, bucket, type Distribution, ERROR_CACHING_MIN_TTL, NAME, type Origin, isUrl, server } from "./distribution/distribution.js";
import { readConfig } from "./distribution/read-config.js";
import { CACHING_OPTIMIZED, memberOf, NO_ORIGIN_REQUEST_POLICY, type Policies } from "./distribution/policy.js";
import type { EdgeFunction } from "./handlers/function.js";
import { HandlerFunction } from "./handlers/handler-function.js";
import { type BuiltFolder, builtFolder, viewerFunction } from "./handlers/built-folder.js";
import { RulesFunction } from "./handlers/rules-function.js";
import { Bucket, type Metadata, metadataFrom } from "./origin/bucket.js";
import type { OriginServer } from "./origin/origin.js";
import { Origins } from "./origin/origins.js";
import { StaticSite } from "./origin/static-site.js";
import { WebServer } from "./origin/web-server.js";
import type { Setup } from "./pipeline/edge.js";
import { namesOfRules, SiteNames } from "./site-names.js";
import { ORIGIN_REQUEST, type Trigger, TRIGGERS, VIEWER_REQUEST } from "./trigger.js";

export interface HandlerSetting {
  /** At every trigger, if none is named. */
  readonly trigger: Trigger | undefined;
  readonly file: string;
}

export interface Settings {
  readonly rules: readonly string[];
  readonly dialect?: string | undefined;
  readonly handlers: readonly HandlerSetting[];
  /** The name that handlers are exported under. */
  readonly exported: string;
  /** A folder or a URL. */
  readonly origin: string;
  readonly metadata?: string | undefined;
  readonly missing: 403 | 404;
  readonly rootObject?: string | undefined;
  readonly includeBody: boolean;
  readonly compress: boolean;
  readonly platform: Platform;
  readonly runtime: "nodejs22.x" | "nodejs24.x";
  /** Files of the rules that a handler has in it, for the inspector to explain with. */
  readonly explains?: readonly string[] | undefined;
  /** The file of the distribution. */
  readonly config?: string | undefined;
  /** In place of the one that follows from all this. */
  readonly distribution?: Distribution | undefined;
  /** Names that viewers may come by, besides those of the rules and the distribution. */
  readonly hosts?: readonly string[] | undefined;
  /** Overrides the limits of AWS, in seconds. */
  readonly timeout?: number | undefined;
}

/** Rules with errors, and the texts that have them: the files may have others when somebody is told. */
export class UnusableRules extends Error {
  constructor(
    readonly findings: FindingsError,
    readonly sources: readonly Source[],
  ) {
    super(findings.message);
  }
}

/** The rules as they are now. */
export interface LoadedRules {
  readonly sources: readonly Source[];
  readonly outline: Outline;
}

export interface Loaded {
  /** What the inspector explains with. */
  readonly rules: LoadedRules | undefined;
  readonly distribution: Distribution;
  readonly setup: Setup;
  /** What viewers may come by. */
  readonly names: SiteNames;
  /** Of one-pass platforms. */
  readonly server: OriginServer;
  readonly functions: readonly EdgeFunction[];
}

const MANY_DEVICES = ["android", "desktop", "ios", "mobile", "smarttv", "tablet"];
const FACT_HEADERS = ["cloudfront-viewer-country", ...MANY_DEVICES.map((device) => `cloudfront-is-${device}-viewer`)];

/** Reads everything. Throws `UnusableRules` and `InputError` for what is wrong with rules and settings. */
export function load(settings: Settings, warn: (text: string) => void): Loaded {
  const built = builtFolder(settings.rules);
  const rules = built === undefined ? rulesOf(settings) : undefined;
  const distribution = settings.distribution ?? (settings.config === undefined ? distributionOf(settings, rules?.outline, built) : readConfig(settings.config, settings.origin));
  const metadata = settings.metadata === undefined ? () => ({}) : metadataFile(settings.metadata);
  const serverOf = (origin: Origin): OriginServer => {
    if (origin.folder !== undefined) return settings.platform === "cloudfront" ? new Bucket(origin.folder, metadata, settings.missing) : new StaticSite(origin.folder);
    return new WebServer(new URL(origin.url ?? `https://${memberOf(origin.event).domainName}`));
  };
  // Where all stages are one pass, nothing runs at a single trigger.
  const functions: Partial<Record<Trigger, EdgeFunction>> = settings.platform === "cloudfront" ? (built?.functions ?? functionsOf(settings, rules?.outline, warn)) : {};
  const ofBehaviours = new Map(distribution.behaviours.flatMap(({ handlers }) => Object.values(handlers).map((file) => [file, handlerOf(file, settings, warn)] as const)));
  const atViewer = new Map(distribution.behaviours.flatMap(({ functions }) => Object.values(functions).map((given) => [given, viewerFunction(given.name, given.source, null)] as const)));
  const [first] = distribution.origins;
  if (first === undefined) throw new TypeError("a distribution has an origin");
  const known = rules ?? (settings.explains && rulesOf({ ...settings, rules: settings.explains }));
  const sources = known?.sources;
  return {
    rules: known,
    distribution,
    names: new SiteNames(() => [...(settings.hosts ?? []), ...distribution.aliases, ...((sources && namesOfRules(usable(sources).rules ?? {})) ?? [])]),
    server: serverOf(first),
    functions: [...new Set([...Object.values(functions), ...ofBehaviours.values(), ...atViewer.values()])],
    setup: {
      distribution,
      functionOf: ({ handlers, functions: own }: Behaviour, trigger) => ofBehaviours.get(handlers[trigger] ?? "") ?? functions[trigger] ?? (own[trigger] && atViewer.get(own[trigger])),
      origins: new Origins(distribution.origins, serverOf),
      seconds: { viewer: settings.timeout ?? 5, origin: settings.timeout ?? 30 },
    },
  };
}

function rulesOf({ rules, dialect, platform, origin }: Settings): LoadedRules | undefined {
  if (rules.length === 0) return undefined;
  const site = isUrl(origin) ? undefined : origin;
  const sources = readSources([...new Set(rules)], { dialect, site });
  try {
    return { sources, outline: outline(sources, { platform, ...(platform === "cloudfront" ? {} : { facts: FACTS }) }) };
  } catch (error) {
    throw error instanceof FindingsError ? new UnusableRules(error, sources) : error;
  }
}

/** A function for each trigger: a handler for it, a handler for all, else rules that have something to do there. */
function functionsOf(settings: Settings, rules: Outline | undefined, warn: (text: string) => void): Partial<Record<Trigger, EdgeFunction>> {
  const { handlers } = settings;
  const byFile = new Map<string, HandlerFunction>();
  const once = (name: string): HandlerFunction => {
    const made = byFile.get(name) ?? handlerOf(name, settings, warn);
    byFile.set(name, made);
    return made;
  };
  const fromRules = rules && new RulesFunction(lambdaEdge(rules.plan));
  const active = new Set(rules === undefined ? [] : needsOf(rules).triggers);
  return Object.fromEntries(
    TRIGGERS.flatMap((trigger): [Trigger, EdgeFunction][] => {
      const given = handlers.find((handler) => handler.trigger === trigger) ?? handlers.find((handler) => handler.trigger === undefined);
      if (given !== undefined) return [[trigger, once(given.file)]];
      return fromRules !== undefined && active.has(trigger) ? [[trigger, fromRules]] : [];
    }),
  );
}

function handlerOf(name: string, { exported, runtime }: Settings, warn: (text: string) => void): HandlerFunction {
  const onCallback = (): void => warn(`${name}: the handler takes a callback, which nodejs24.x refuses. Write it as async (event, context) => …`);
  return new HandlerFunction({ file: resolve(name), name: exported, refusesCallbacks: runtime === "nodejs24.x", onCallback });
}

function distributionOf(settings: Settings, rules: Outline | undefined, built: BuiltFolder | undefined): Distribution {
  const { origin: from, includeBody, compress, handlers } = settings;
  const origin: Origin = isUrl(from)
    ? { id: "origin", event: server(new URL(from)), url: from }
    : { id: "origin", event: bucket("local-folder.s3.us-east-1.amazonaws.com"), folder: from };
  const behaviour: Behaviour = {
    pattern: "*",
    origin: "origin",
    policies: policiesOf(settings.platform === "cloudfront" ? rules : undefined, handlers.length > 0),
    compress,
    includeBody: includeBody ? [VIEWER_REQUEST, ORIGIN_REQUEST] : [],
    handlers: {},
    functions: {},
    viewerProtocol: "allow-all",
    ...built?.behaviour,
  };
  const page = rules?.missingPage ?? null;
  const customErrors = built?.customErrors ?? (page === null ? [] : customErrorsFor(page).map((error) => ({ ...error, errorCachingMinTTL: ERROR_CACHING_MIN_TTL })));
  return { ...NAME, aliases: [], defaultRootObject: settings.rootObject ?? "", origins: [origin], originGroups: [], behaviours: [behaviour], customErrors };
}

/**
 * Exactly what rules need, as `selvedge plan` lists it. What a handler reads cannot be known: then the whole query string, the
 * country and the device are in the key, and everything reaches the origin side.
 */
export function policiesOf(rules: Outline | undefined, hasHandlers: boolean): Policies {
  const base = { ...CACHING_OPTIMIZED, minTTL: 0 };
  const needs = rules && needsOf(rules);
  if (hasHandlers || needs === undefined) {
    if (!hasHandlers) return { cache: { ...base, queryStrings: "all" }, originRequest: NO_ORIGIN_REQUEST_POLICY };
    return {
      cache: { ...base, queryStrings: "all", headers: [...new Set([...FACT_HEADERS, ...(needs?.cachePolicy.headers ?? [])])], cookies: needs?.cachePolicy.cookies ?? "none" },
      originRequest: { headers: { except: ["host"] }, also: [], cookies: "all", queryStrings: "all" },
    };
  }
  const { cachePolicy, originRequestPolicy } = needs;
  return {
    cache: {
      ...base,
      headers: cachePolicy.headers,
      cookies: cachePolicy.cookies,
      queryStrings: cachePolicy.queryStrings,
      enableAcceptEncodingGzip: cachePolicy.acceptEncodingGzip,
      enableAcceptEncodingBrotli: cachePolicy.acceptEncodingBrotli,
    },
    originRequest: { ...NO_ORIGIN_REQUEST_POLICY, headers: originRequestPolicy.headers },
  };
}

/** Read again when it has changed. */
function metadataFile(file: string): () => Metadata {
  const read = (): Metadata => {
    try {
      return metadataFrom(JSON.parse(readText(file)));
    } catch (error) {
      if (error instanceof InputError) throw error;
      throw new InputError((error as Error).message, { where: file });
    }
  };
  let [text, value] = [readFileSync(file, "utf8"), read()];
  return () => {
    const now = readFileSync(file, "utf8");
    if (now !== text) [text, value] = [now, read()];
    return value;
  };
}
