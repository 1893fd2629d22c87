// Imported from its own file, so that verbs, which throw Refusals too, start without the rest of the SDK.
import { RunError } from "@pulumi/pulumi/errors.js";

/** A mistake of the user, or a state in which `up` would do harm: reported in one line, without a stack trace. */
export class Refusal extends RunError {}
