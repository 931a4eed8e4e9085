/** `selvedge/compile`: rules in, plan out. Usually at build time; what ships then needs the reader only. */
import type { FactName, Platform } from "./generated/names.js";
import { randomKey } from "./key.js";
import { compiler } from "./load/compiler.js";
import type { RulesArgument } from "./rules-argument.js";
