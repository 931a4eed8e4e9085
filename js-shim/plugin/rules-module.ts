/** Rules in JavaScript or TypeScript. */
/** Whether a name is that of rules in code, such as `edge.rules.ts`. Any other module may be anything. */
export function isRulesModule(file: string): boolean {
  return /(?:^|[./\\])rules\.[cm]?[jt]s$/.test(file);
}
