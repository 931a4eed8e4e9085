/** The local edge as one thing: a server for the site, what was loaded for it, and the list of its requests. */
import type { Server } from "node:http";
import { join } from "node:path";
import { isModule } from "../cli/module.js";
import { Edge } from "./pipeline/edge.js";
import { OnePass } from "./pipeline/one-pass.js";
import { Traces } from "./pipeline/traces.js";
import type { Certificate } from "./certificate.js";
import { Secret } from "./secret.js";
import { type Assumed, close, listen, type Pipeline, siteServer } from "./server.js";
import { load, type Loaded, type Settings } from "./settings.js";
import { type Watched, watchFiles } from "./watch.js";

export interface Reports {
  warn(text: string): void;
  /** After a file changed: what was read anew, or why it could not be. */
  reloaded(files: readonly string[], error: unknown): void;
}

export class LocalEdge {
  readonly traces = new Traces();
  /** What the inspector's form says to the site. */
  readonly form = new Secret();
  url = "";
  #loaded: Loaded;
  #edge: Edge;
  #pipeline: Pipeline;
  readonly #server: Server;
  #unwatch: (() => Promise<void>) | undefined;

  constructor(
    readonly settings: Settings,
    assumed: Assumed,
    readonly reports: Reports,
    readonly certificate?: Certificate,
  ) {
    this.#loaded = load(settings, (text) => reports.warn(text));
    this.#edge = new Edge(this.#loaded.setup);
    this.#pipeline = this.#pipelineOf(this.#loaded);
    this.#server = siteServer({ pipeline: () => this.#pipeline, names: () => this.#loaded.names, form: this.form, traces: this.traces, assumed, warn: (text) => reports.warn(text) }, certificate);
  }

  get loaded(): Loaded {
    return this.#loaded;
  }

  /** @returns the URL of the site */
  async listen(port: number, isFixed: boolean): Promise<string> {
    return (this.url = await listen(this.#server, port, isFixed, this.certificate === undefined ? "http" : "https"));
  }

  /** Reads everything anew when a file of it changes. The list of requests stays. */
  watch(): void {
    this.#unwatch = watchFiles(() => this.#watched(), (changed) => this.reload(changed));
  }

  #watched(): Watched {
    const { rules, metadata, config, handlers } = this.settings;
    const { distribution, rules: loaded } = this.#loaded;
    const { behaviours } = distribution;
    const functions = behaviours.flatMap((behaviour) => Object.values(behaviour.functions).flatMap(({ file }) => file ?? []));
    const sources = loaded?.sources ?? [];
    // What a server's configuration includes, and pages that rules answer with.
    const [first] = sources;
    const site = first?.files === undefined ? undefined : this.settings.origin;
    const read = sources.flatMap(({ included, bodies }) => [...(included?.keys() ?? []), ...(bodies ?? []).map(([path]) => join(site ?? "", path))]);
    return {
      files: [...functions, ...read, ...rules.filter((file) => file !== "-" && !isModule(file)), ...(metadata === undefined ? [] : [metadata]), ...(config === undefined ? [] : [config])],
      modules: [...rules.filter(isModule), ...handlers.map(({ file }) => file), ...behaviours.flatMap((behaviour) => Object.values(behaviour.handlers))],
      site,
    };
  }

  /** What cannot be used is reported, and what was there before stays. */
  reload(changed: readonly string[]): void {
    try {
      const loaded = load(this.settings, (text) => this.reports.warn(text));
      const old = this.#loaded;
      this.#loaded = loaded;
      this.#edge.setup = loaded.setup;
      this.#pipeline = this.#pipelineOf(loaded);
      this.#edge.cache.forget();
      for (const code of old.functions) code.close();
      this.reports.reloaded(changed, undefined);
    } catch (error) {
      this.reports.reloaded(changed, error);
    }
  }

  /** @returns how many copies the cache had */
  forget(): number {
    return this.#edge.cache.forget();
  }

  set inspector(url: string) {
    this.#edge.inspector = url;
    if (this.#pipeline instanceof OnePass) this.#pipeline.inspector = url;
  }

  async close(): Promise<void> {
    await this.#unwatch?.();
    for (const code of this.#loaded.functions) code.close();
    await close(this.#server);
  }

  #pipelineOf({ rules, server, distribution }: Loaded): Pipeline {
    const { platform } = this.settings;
    if (platform === "cloudfront") return this.#edge;
    const base = distribution.origins[0]?.event.custom?.path ?? "";
    const pass = new OnePass(rules?.outline.plan, platform, server, base);
    pass.inspector = this.#edge.inspector;
    return pass;
  }
}

