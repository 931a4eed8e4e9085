// The rules in front of an Express application. `app.set("trust proxy", …)` says whose word on the client's address counts.
import express from "express";
import { middleware } from "selvedge/node";
import rules from "../story/rules.json" with { type: "json" };

const app = express();
app.disable("x-powered-by");
app.use(middleware(rules));
app.get("/stock/:cloth", (request, response) => response.json({ cloth: request.params.cloth, metres: 128 }));
app.use(express.static(new URL("build", import.meta.url).pathname, { index: false, redirect: false }));

app.listen(Number(process.env.PORT ?? 3000), process.env.HOST ?? "127.0.0.1");
