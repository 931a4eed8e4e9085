import { middleware } from "selvedge/compiled/node";
import plan from "../plans/fetch.mjs";
import { asker } from "./node-server.mjs";

export const ask = asker(middleware(plan));
