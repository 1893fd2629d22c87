// From its own file: verbs, which refuse for the same reasons, then start without the rest of the SDK.
import { RunError } from "@pulumi/pulumi/errors.js";

/** A mistake of the user's, or a state in which `up` would do harm: said in one line, without a stack trace. */
export class Refusal extends RunError {}
