import { toolVersion } from "../../runtimes/shared/project.mjs";
import { openExpress } from "../shared/express.mjs";

export const name = "express";
export const kinds = ["node", "front"];
export const title = `selvedge/node in Express ${toolVersion("express")}`;
export const open = (rules, options) => openExpress("express", rules, options);
