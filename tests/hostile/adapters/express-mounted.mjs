import { toolVersion } from "../../runtimes/shared/project.mjs";
import { openExpress } from "../shared/express.mjs";

export const name = "express-mounted";
export const kinds = ["node", "front"];
export const title = `selvedge/node in Express ${toolVersion("express")}, in front of a mounted router`;
export const open = (rules, options) => openExpress("express", rules, options, ["/public"]);
