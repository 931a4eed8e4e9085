/**
 * Types for files that TypeScript does not know: `/// <reference types="selvedge/files" />`, or `"types": ["selvedge/files"]` in
 * tsconfig.json. Rules in JSON need `resolveJsonModule` alone.
 */
declare module "*_redirects" {
  const rules: import("selvedge").Rules;
  export default rules;
}
declare module "*_headers" {
  const rules: import("selvedge").Rules;
  export default rules;
}
declare module "*.toml" {
  const rules: import("selvedge").Rules;
  export default rules;
}
