// Every case that names a platform, through that platform's adapter in its runtime: makes the batch, judges the results.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { caseFiles, holdsOn } from "./cases.mjs";
import { expectOutcome, expectProblems } from "./expect.mjs";
import { Ledger, Unrepresentable } from "./ledger.mjs";
import "./project.mjs";

/**
 * @param platform the name that rules are compiled for
 * @param facts what the adapter is given besides the platform's own
 * @param urls whether a request's address is a URL, not the bytes that were sent
 * @param run takes the batch of `program/batch.mjs` and resolves to its results
 */
export async function conformance({ platform, facts = [], urls = true, run, ...runtime }) {
  const { compile } = await import("selvedge/compile");
  const ledger = new Ledger(runtime);
  const batch = { cases: [], errors: [] };
  const judges = { cases: [], errors: [] };
  for (const { name: file, cases, errors } of caseFiles()) {
    for (const one of cases) {
      if (!holdsOn(platform, one) || !ledger.wants(file, one.name)) continue;
      const planned = planOf(() => compile(one.rules, { platform, facts }));
      if (planned.problem ?? one.problem) {
        await ledger.check(file, one.name, () => assert.fail(planned.problem ?? one.problem));
        continue;
      }
      const { rules, request, origin } = one;
      batch.cases.push({ rules, request: request ?? {}, origin, plan: planned.plan, holds: expectedHeaders(one.expect) });
      judges.cases.push((result) => ledger.check(file, one.name, () => judgeCase(one, result, urls)));
    }
    for (const one of errors) {
      const { rules, platform: target = "cloudfront" } = one;
      if (!ledger.wants(file, `error: ${one.name}`)) continue;
      batch.errors.push({ rules, platform: target });
      judges.errors.push((result) => ledger.check(file, `error: ${one.name}`, () => judgeError(one, result)));
    }
  }
  const results = await run(batch);
  assert.equal(results.cases.length, batch.cases.length, "as many results as cases");
  for (const [i, judge] of judges.cases.entries()) await judge(results.cases[i]);
  for (const [i, result] of results.errors.entries()) await judges.errors[i](result);
  ledger.close();
}

/** Runs `command BATCH RESULTS` and reads the results. */
export function throughFiles(command, ...args) {
  return (batch) => {
    const folder = mkdtempSync(join(tmpdir(), "selvedge-batch-"));
    const [given, results] = ["batch.json", "results.json"].map((name) => join(folder, name));
    try {
      writeFileSync(given, JSON.stringify(batch));
      execFileSync(command, [...args, given, results], { stdio: ["ignore", "inherit", "inherit"] });
      return JSON.parse(readFileSync(results, "utf8"));
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
}

function planOf(compile) {
  try {
    return { plan: Buffer.from(compile()).toString("base64") };
  } catch (error) {
    return { problem: error.message };
  }
}

/** The host is in the address. */
function expectedHeaders({ request, response }) {
  return { request: Object.keys(request?.headers ?? {}).filter((name) => name !== "host"), response: Object.keys(response?.headers ?? {}) };
}

function judgeCase(one, { outcomes, unrepresentable, error }, urls) {
  if (unrepresentable) throw new Unrepresentable(unrepresentable);
  assert(outcomes, error);
  for (const { way, request, response } of outcomes) {
    const judged = request && { ...request, origin: (expected) => expectOrigin(expected, one.request ?? {}, request.url, way) };
    expectOutcome(urls ? inUrls(one.expect) : one.expect, { request: judged, response }, way);
  }
}

function judgeError(one, { problems, error }) {
  assert(!one.problem, one.problem);
  assert(problems !== undefined, error);
  expectProblems(one.problems, problems);
}

/** A request of the Fetch standard holds a URL: what a case expects byte for byte is there in a URL's form. */
function inUrls(expect) {
  const { path, query } = expect.request ?? {};
  if (path === undefined && query === undefined) return expect;
  const { pathname, search } = new URL(`https://example.org${path ?? "/"}${query ? `?${query}` : ""}`);
  return {
    ...expect,
    request: { ...expect.request, ...(path !== undefined && { path: pathname }), ...(query !== undefined && { query: search.slice(1) }) },
  };
}

/** The origin that a rule chose is the address that is asked; a case speaks of it in the names of CloudFront's event. */
function expectOrigin(expected, { url = "https://example.org/" }, asked, way) {
  const found = new URL(asked);
  if (expected === null) {
    assert.equal(found.host, new URL(url).host, `${way}origin: ${asked}, expected none to be chosen`);
    return;
  }
  const { domainName, protocol, port } = expected.custom ?? expected.s3;
  if (domainName !== undefined) assert.equal(found.hostname, domainName.toLowerCase(), `${way}origin of ${asked}`);
  if (protocol !== undefined) assert.equal(found.protocol, `${protocol}:`, `${way}origin of ${asked}`);
  if (port !== undefined) assert.equal(Number(found.port) || { "http:": 80, "https:": 443 }[found.protocol], port, `${way}origin of ${asked}`);
}
