/** Why a verb refuses to act: `where: what; remedy`. It is printed without a stack trace. */
export class Refusal extends Error {}

/** A command line with a mistake; it is printed with the usage. */
export class UsageError extends Error {}
