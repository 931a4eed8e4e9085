// How selvedge/fetch is used, wherever it runs. What no bare request tells is handed over.
import { compile } from "selvedge/compile";
import { edge as fromPlan } from "selvedge/compiled/regex/fetch";
import { edge } from "selvedge/fetch";
import { requestOf } from "./messages.mjs";

const facts = {
  country: (_, { country }) => country,
  device: (_, { device }) => device,
};

export const fetchAdapter = {
  compile,
  plain: (rules) => edge(rules, { facts }),
  compiled: (plan) => fromPlan(plan, { facts }),
  call: (handle, { request }, next) => handle(requestOf(request), next, request),
};

