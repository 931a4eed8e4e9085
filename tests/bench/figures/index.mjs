// All figures that a Node version is measured by, in the order in which they are measured and printed.
import { figures as headers } from "./headers.mjs";
import { figures as gz } from "./gz.mjs";
import { figures as redirects } from "./redirects.mjs";
import { figures as loading } from "./loading.mjs";
import { figures as ruleFiles } from "./rule-files.mjs";
import { figures as trap } from "./trap.mjs";
import { figures as sizes } from "./sizes.mjs";
import { figures as coldStart } from "./cold-start.mjs";
import { figures as fetch } from "./fetch.mjs";
import { figures as worker } from "./worker.mjs";
import { figures as precompress } from "./precompress.mjs";

/** `target` and `aim` are upper bounds; a figure without is for information. */
export const figures = [...headers, ...gz, ...redirects, ...loading, ...ruleFiles, ...trap, ...sizes, ...coldStart, ...fetch, ...worker, ...precompress];
