import { RunError } from "@pulumi/pulumi";

/** A mistake of the user's, or a state in which `up` would do harm: said in one line, without a stack trace. */
export class Refusal extends RunError {}
