import { fetchAdapter } from "../shared/program/fetch.mjs";
import { runFiles } from "../shared/program/files.mjs";

await runFiles(fetchAdapter);
