import { toolVersion } from "../../runtimes/shared/project.mjs";
import { openExpress } from "../shared/express.mjs";

export const name = "express-4";
export const kinds = ["node", "front"];
export const title = `selvedge/node in Express ${toolVersion("express-4")}`;
export const open = (rules, options) => openExpress("express-4", rules, options);
