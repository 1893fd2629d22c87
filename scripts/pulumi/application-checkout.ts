import { checkout, type Git } from "../kit/git.ts";
import { applicationDirectory } from "./stack-files.ts";

/** The checkout of a stack's application; without a stack, the checkout in the current folder. */
export const applicationCheckout = (stack: string | undefined): Git =>
  checkout(stack === undefined ? process.cwd() : applicationDirectory(stack));
