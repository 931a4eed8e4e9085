/** Asks addresses of other sites whether they have a page: a few hosts at a time, each one request after another. */
import { setTimeout as sleep } from "node:timers/promises";
import type { TargetAnswer } from "#dist/tools/check.js";
import { each, MAX_WAIT, NoAnswer, waitOf } from "../verify/client.js";
import { resolved } from "../verify/page.js";
import { Cache } from "./cache.js";
import { InternalAddress } from "./internal.js";
import { type Head, headOf, type RequestOptions } from "./request.js";

export interface OnlineOptions extends RequestOptions {
  /** Where answers are kept; by default in the user's folder for such files. */
  readonly cache?: string | undefined;
  /** How old an answer may be, in milliseconds. */
  readonly age: number;
}

const MAX_HOSTS = 4;
/** Between two requests to a host, in milliseconds. */
const PAUSE = 200;
const MAX_HOPS = 5;
/** A host that gives no answer so often in a row is asked no more. */
const MAX_FAILURES = 3;
/** More than a run should ask others. */
const MAX_ASKED = 5_000;

export interface Asked {
  readonly answers: readonly TargetAnswer[];
  /** How many addresses are not known: too many of them, or a host that wants to be left alone, or gives no answer. */
  readonly unknown: number;
  /** How many were not asked, as they are, or lead to, addresses of this machine's own network. */
  readonly internal: number;
}

/** @param moved hears how many of how many are known */
export async function askTargets(urls: readonly string[], options: OnlineOptions, moved: (known: number) => void): Promise<Asked> {
  const cache = new Cache(options.cache, options.age);
  const answers: TargetAnswer[] = [];
  const hosts = new Map<string, string[]>();
  let asked = 0;
  let internal = 0;
  for (const url of urls) {
    const known = cache.get(url);
    const address = resolved(url, url);
    if (known !== undefined) answers.push(known);
    else if (address !== undefined && asked++ < MAX_ASKED) {
      const { host } = new URL(address);
      const own = hosts.get(host);
      if (own === undefined) hosts.set(host, [url]);
      else own.push(url);
    }
  }
  moved(answers.length);
  try {
    await each([...hosts.values()], MAX_HOSTS, async (own) => {
      let failures = 0;
      let wasAsked = false;
      for (const url of own) {
        if (wasAsked) await sleep(PAUSE);
        wasAsked = true;
        let answer: TargetAnswer | undefined;
        try {
          answer = await answerOf(url, options);
        } catch (error) {
          if (!(error instanceof InternalAddress)) throw error;
          internal++;
          wasAsked = false;
          continue;
        }
        // It is busy, and for longer than anybody waits.
        if (answer === undefined) return;
        answers.push(answer);
        cache.keep(answer);
        moved(answers.length);
        failures = answer.status === 0 ? failures + 1 : 0;
        if (failures >= MAX_FAILURES) return;
      }
    });
  } finally {
    cache.write();
  }
  return { answers, unknown: urls.length - answers.length - internal, internal };
}

/** Nothing: the site wants to be asked later. Throws an `InternalAddress`. */
async function answerOf(url: string, options: RequestOptions): Promise<TargetAnswer | undefined> {
  let here = url;
  let isForGood = true;
  try {
    for (let hops = 0; hops <= MAX_HOPS; hops++) {
      const head = await patiently(here, options);
      if (head === undefined) return undefined;
      const { status, location } = head;
      if (![301, 302, 303, 307, 308].includes(status)) {
        const isMoved = hops > 0 && isForGood && status >= 200 && status < 300;
        return { url, status, ...(isMoved && { moved: here }) };
      }
      const next = location === undefined ? undefined : resolved(location, here);
      if (next === undefined) return { url, status: 0, problem: location === undefined ? "it is a redirect without Location" : "it leads to what is not an address" };
      isForGood &&= status === 301 || status === 308;
      here = next;
    }
    return { url, status: 0, problem: `it takes more than ${MAX_HOPS} redirects` };
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return { url, status: 0, problem: error.message };
  }
}

/** Once more where a site asks for a moment, or did not answer. Nothing: it asks for more than a moment. */
async function patiently(address: string, options: RequestOptions): Promise<Head | undefined> {
  for (let attempt = 0; ; attempt++) {
    const isLast = attempt >= 1;
    let wait = 1_000;
    try {
      const head = await ask(address, options);
      const isBusy = head.status === 429 || (head.status === 503 && head.retryAfter !== undefined);
      if (!isBusy) return head;
      wait = waitOf(head.retryAfter ?? null) ?? wait;
      if (isLast || wait > MAX_WAIT) return undefined;
    } catch (error) {
      if (isLast || error instanceof InternalAddress) throw error;
    }
    await sleep(wait);
  }
}

/** By HEAD, which sends no page; where it is refused, a GET has the last word. */
async function ask(address: string, options: RequestOptions): Promise<Head> {
  const head = await headOf("HEAD", address, options);
  return head.status < 400 || head.status === 429 ? head : headOf("GET", address, options);
}
