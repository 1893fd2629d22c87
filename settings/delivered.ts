import type { Additions } from "./additions.ts";

let additions: Additions = {};

/** The additions of the running `deliver`; none in a program that has the whole story itself. */
export const deliveredAdditions = (): Additions => additions;

/** Gives additions to the next run of the program. */
export function setDeliveredAdditions(given: Additions): void {
  additions = given;
}
