/** The four places where a function may run. */
import { type StageName, STAGES } from "#dist/generated/names.js";

export { type StageName as Trigger, STAGES as TRIGGERS };

export const [VIEWER_REQUEST, ORIGIN_REQUEST, ORIGIN_RESPONSE, VIEWER_RESPONSE] = STAGES;

/** Functions on the viewer's side have tighter limits. */
export function isViewers(trigger: StageName): boolean {
  return trigger === VIEWER_REQUEST || trigger === VIEWER_RESPONSE;
}
