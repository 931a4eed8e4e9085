/** The note that the stage before wrote into the request. */
import { NOTE_HEADER } from "../../generated/names.js";
import { type CloudFront, headerOf } from "./event.js";

/** Takes the note out of an event. The first that this plan does not trust is logged: its rules would have needed it. */
export function noteReader(token: string): (cf: CloudFront) => string | undefined {
  let told = false;
  return ({ config, request }) => {
    const note = headerOf(request, NOTE_HEADER, "\n");
    if (note !== undefined && !told && !note.startsWith(token)) {
      told = true;
      console.error(`selvedge: ${config.eventType} does not trust a note: ${ADVICE}`);
    }
    return note;
  };
}

const ADVICE =
  "it is of other rules, or of another key, so that a compressed file may go out without Content-Encoding; give all triggers the same build, or the same key";
