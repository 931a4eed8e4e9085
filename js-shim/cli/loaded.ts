/** What the program that loads modules is asked, and what it answers. */

/** `rules`: an export of this name, or else the default. `default`: that alone. */
export type Wanted = "rules" | "default";

/** The argument by which the files of a project are modules, whatever package.json says of its type. */
export const MODULES = "modules";

export type Loaded = { readonly text: string } | { readonly message: string; readonly place: string; readonly help: string; readonly isSyntaxOfModules?: boolean };
