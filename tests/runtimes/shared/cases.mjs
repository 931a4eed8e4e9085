// The cases of tests/cases, with every member checked: what is misspelt would test nothing.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { tests } from "./project.mjs";

export const STAGES = ["viewer-request", "origin-request", "origin-response", "viewer-response"];
const MEMBERS = {
  file: ["about", "cases", "errors"],
  case: ["name", "source", "note", "rules", "platform", "needs", "request", "origin", "start", "end", "expect"],
  request: ["method", "url", "headers", "clientIp", "country", "device", "id"],
  origin: ["status", "headers", "body"],
  expect: ["request", "response"],
  expectRequest: ["path", "query", "headers", "absent", "origin"],
  expectResponse: ["status", "headers", "absent", "body"],
  error: ["name", "source", "note", "platform", "rules", "problems"],
  problem: ["place", "says"],
};

/** What cases can need, and the platforms that have it: from the tables in crates/selvedge/src/platform. */
const NEEDS = JSON.parse(readFileSync(join(tests, "../js-shim/src/generated/needs.json"), "utf8"));

/** Whether a case holds on a platform. */
export function holdsOn(platform, { platform: only = platform, needs = [] }) {
  return only === platform && needs.every((need) => NEEDS[need]?.includes(platform));
}

/** Every file: `{ name, cases, errors }`. Each case has the member `problem` if it is not in the documented form. */
export function caseFiles() {
  return jsonFiles("cases").map(({ name, content }) => {
    known("file", content);
    const { cases = [], errors = [] } = content;
    return {
      name,
      cases: cases.map((one) => ({ ...one, problem: problemOf(() => checkCase(one)) })),
      errors: errors.map((one) => ({ ...one, problem: problemOf(() => checkError(one)) })),
    };
  });
}

/** The JSON files of a folder of tests, by name. */
export function jsonFiles(folder) {
  const names = readdirSync(join(tests, folder)).filter((name) => name.endsWith(".json"));
  return names.sort().map((name) => ({ name, content: JSON.parse(readFileSync(join(tests, folder, name), "utf8")) }));
}

/** @param kind a key of `MEMBERS`, or the members themselves */
export function known(kind, object) {
  const names = Array.isArray(kind) ? kind : MEMBERS[kind];
  for (const name of Object.keys(object ?? {})) assert(names.includes(name), `unknown member ${name}`);
}

function checkCase(one) {
  known("case", one);
  known("request", one.request);
  known("origin", one.origin);
  known("expect", one.expect);
  known("expectRequest", one.expect.request);
  known("expectResponse", one.expect.response);
  for (const need of one.needs ?? []) assert(Object.hasOwn(NEEDS, need), `no platform table knows the need ${need}`);
  for (const stage of [one.start, one.end]) assert(stage === undefined || STAGES.includes(stage), `no stage ${stage}`);
  assert("source" in one && Object.keys(one.expect).length > 0, "a case has a source and expects something");
}

function checkError(one) {
  known("error", one);
  for (const problem of one.problems) known("problem", problem);
}

function problemOf(check) {
  try {
    return check();
  } catch (error) {
    return error.message;
  }
}
