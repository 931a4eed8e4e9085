/** Reads blocks of logs, sends their requests through rules, and counts. */
import { type Follower, follower, type TrafficRequest } from "#dist/tools/traffic.js";
import { type Block, readBlock, type Seen } from "../logs/block.js";
import { type Queries, shownUrl } from "../logs/privacy.js";
import { type Alike, Tally } from "../logs/tally.js";
import type { Account } from "./account.js";
import { Comparison, type ComparisonPart } from "./comparison.js";
import { Usage, type UsagePart } from "./usage.js";
import { Verdicts } from "./verdicts.js";

/** All that a thread has to know. */
export interface Setup {
  readonly kind: "usage" | "comparison";
  /** What is asked once of each set of rules: see `Road.question`. */
  readonly questions: readonly string[];
  /** For `usage`: of each rule, which of the written ones it is. */
  readonly of: readonly number[];
  readonly host: string;
  readonly fields: readonly string[] | undefined;
  readonly queries: Queries;
  /** Of hashed queries. */
  readonly key: Uint8Array;
}

/** What comes of a block. */
export interface BlockResult {
  readonly seen: Seen;
  readonly part: UsagePart | ComparisonPart;
  /** Those of the block: their room is used again. */
  readonly bytes: Uint8Array;
}

/** So many requests are asked for at once. */
const AT_ONCE = 1_000;
/** The verdicts on so many addresses are remembered at least, and twice as many at most. */
const REMEMBERED = 25_000;
/** As a browser sends it. */
const HEADERS = [["Accept-Encoding", "gzip, deflate, br, zstd"]] as const;

type AnyAccount = Account<unknown, BlockResult["part"]>;

export class BlockReader {
  readonly #setup: Setup;
  readonly #shown: (url: string) => string;
  readonly #followers: readonly Follower[];
  readonly #known = new Verdicts<unknown>(REMEMBERED);

  constructor(setup: Setup) {
    this.#setup = setup;
    this.#shown = shownUrl(setup.queries, setup.key);
    this.#followers = setup.questions.map((question) => follower(question, HEADERS));
  }

  read(block: Block): BlockResult {
    const { host, fields } = this.#setup;
    const tally = new Tally(host);
    const seen = readBlock(block, fields, (entry) => tally.add(entry));
    const account = accountOf(this.#setup, this.#shown);
    const requests = tally.requests();
    for (let at = 0; at < requests.length; at += AT_ONCE) this.#count(requests.slice(at, at + AT_ONCE), account);
    return { seen, part: account.part(), bytes: block.bytes };
  }

  #count(requests: readonly Alike[], account: AnyAccount): void {
    const known = requests.map(({ key, status }) => this.#known.get(key, originStatus(status)));
    const asked = requests.filter((_, at) => known[at] === undefined).map(requestOf);
    const all = this.#followers.map((follow) => follow(asked));
    let next = 0;
    requests.forEach((request, at) => {
      let found = known[at];
      if (found === undefined) {
        const journeys = all.flatMap((each) => each[next] ?? []);
        next++;
        found = { verdict: journeys.length < all.length ? null : account.judge(journeys) };
        // What rules answer at once does not depend on the origin.
        const isAnswered = journeys.every(({ steps: [first] }) => first.asked === null);
        this.#known.set(request.key, isAnswered ? undefined : originStatus(request.status), found.verdict);
      }
      account.see(request, found.verdict);
    });
  }
}

export function accountOf({ kind, of }: Pick<Setup, "kind" | "of">, shown: (url: string) => string): AnyAccount {
  return (kind === "usage" ? new Usage(of, shown) : new Comparison(shown)) as AnyAccount;
}

function requestOf({ url, method, status }: Alike): TrafficRequest {
  return [url, method, originStatus(status)];
}

/** What the origin says where rules ask it. A redirect in a log may be the rules' own; parts, and what did not change, are there. */
function originStatus(status: number): number {
  return status < 200 || (status >= 300 && status < 400) || status === 206 ? 200 : Math.min(status, 599);
}
