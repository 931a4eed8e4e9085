// Counts that are the same in each run, held by committed budgets.
import { readFileSync, writeFileSync } from "node:fs";

/** A count may be over its budget by this much: compilers differ a little. */
const TOLERANCE = 1.05;

/** The budgets in a file. */
export const budgetsIn = (file) => JSON.parse(readFileSync(file, "utf8"));

/** Writes budgets to a file, for whoever runs `--keep`. */
export const keepBudgets = (file, budgets) => writeFileSync(file, JSON.stringify(budgets, null, 2) + "\n");

/** Counts as budgets. */
export const rounded = (counts) => Object.fromEntries(Object.entries(counts).map(([scenario, counted]) => [scenario, Math.round(counted)]));

/** Prints each count next to its budget, and says whether all are within. */
export function areWithin(budgets, counts) {
  let within = true;
  for (const [scenario, counted] of Object.entries(counts)) {
    const budget = budgets[scenario];
    const over = !(Math.round(counted) <= budget * TOLERANCE);
    console.log(`${scenario.padEnd(34)} ${counted.toFixed(1).padStart(9)} of ${budget ?? "no budget"}${over ? "  OVER" : ""}`);
    within &&= !over;
  }
  if (!within) console.log("a count is over its budget: take out what it grew by, or say why in a commit that runs --keep");
  return within;
}
