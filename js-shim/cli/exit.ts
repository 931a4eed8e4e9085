/** The exit codes, for scripts and CI. */

export const OK = 0;
/** Something was found that a person has to look at. */
export const FINDINGS = 1;
/** Wrong usage, or an input that cannot be read. */
export const USAGE = 2;
/** The reader of the output went away before the end; 128 and the number of SIGPIPE, as shells tell it. */
export const BROKEN_PIPE = 141;
/** A fault of selvedge itself; `EX_SOFTWARE` of sysexits.h. */
export const FAULT = 70;
