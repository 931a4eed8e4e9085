import { middleware } from "selvedge/node";
import { rules } from "../rules.mjs";
import { asker } from "./node-server.mjs";

export const ask = asker(middleware(rules));
