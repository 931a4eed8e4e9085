/** `selvedge kvs`: the KeyValueStore of a CloudFront Function. */
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { checkPairs, readPairs, type Updates, updatesOf } from "../cloudfront/store-updates.js";
import { OK } from "../exit.js";
import { InputError, systemError } from "../input-error.js";
import { coloursOf, print, printFile } from "../output.js";
import { printable } from "../printable.js";
import { writeAtomically } from "../write.js";

const HELP = `
OLD is what the store has: the file that it was filled with, or what the AWS command line prints of it,
  $ aws cloudfront-keyvaluestore list-keys --kvs-arn ARN > old.json
NEW is what selvedge build --store wrote. A file {"data":[]} is an empty store.

Each batch is the input of one call, with 50 keys at most. What is new or changed comes first, what goes last. Each call needs the
ETag that the one before it returned; the first comes from
  $ aws cloudfront-keyvaluestore describe-key-value-store --kvs-arn ARN --query ETag --output text

Examples:
  $ selvedge kvs diff old.json store.json
  $ selvedge kvs diff old.json store.json -o updates
  $ aws cloudfront-keyvaluestore update-keys --kvs-arn ARN --if-match ETAG --cli-input-json file://updates/0001.json`;

export function registerKvs(program: Command, summary: string): void {
  const verb = program.command("kvs").summary(summary).description("Works on the KeyValueStore of a CloudFront Function.");
  verb
    .command("diff")
    .summary("print the updates that lead from one store to another")
    .description("Prints the updates that lead from one store to another, as batches that the AWS command line takes.")
    .argument("<old>", "the store as it is")
    .argument("<new>", "the store as it is to be")
    .option("-o, --output <folder>", "a new folder: each batch as a file of its own; by default all go to standard output, as a list")
    .addHelpText("after", HELP)
    .action((old: string, wanted: string, options: { readonly output?: string }) => {
      process.exitCode = diff(old, wanted, options.output);
    });
}

function diff(old: string, wanted: string, output: string | undefined): number {
  const after = readPairs(wanted);
  checkPairs(after, wanted);
  const updates = updatesOf(readPairs(old), after);
  if (output === undefined) printFile(`${JSON.stringify(updates.batches, null, 1)}\n`);
  else writeBatches(updates, output);
  return OK;
}

function writeBatches({ batches, puts, deletes }: Updates, folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    if (readdirSync(folder).length > 0) throw new InputError("is not empty", { where: folder, help: "name a new folder: a batch of another time must not be taken for one of these" });
  } catch (error) {
    throw error instanceof InputError ? error : systemError(folder, error);
  }
  const files = batches.map((batch, at) => {
    const file = join(folder, `${String(at + 1).padStart(4, "0")}.json`);
    writeAtomically(file, `${JSON.stringify(batch, null, 1)}\n`, false);
    return file;
  });
  const { bold, dim } = coloursOf(process.stdout);
  if (files.length === 0) return print("The stores are alike.");
  print(`${bold(printable(folder))}: ${count(puts, "key")} to put and ${count(deletes, "key")} to delete, in ${count(files.length, "batch", "batches")}`);
  print(dim("For each file in its order, with the ETag that the call before returned:"));
  print(`  aws cloudfront-keyvaluestore update-keys --kvs-arn ARN --if-match ETAG --cli-input-json file://${printable(files[0] ?? "")}`);
}

function count(number: number, one: string, several = `${one}s`): string {
  return `${number.toLocaleString("en")} ${number === 1 ? one : several}`;
}
