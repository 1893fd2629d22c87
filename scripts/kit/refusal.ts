/** Why a verb does nothing: `where: what; remedy`, said in a line without a stack trace. */
export class Refusal extends Error {}

/** A command line that is not understood. */
export class UsageError extends Error {}
