/** Why a verb does nothing: `where: what; remedy`, said in a line without a stack trace. */
export class Refusal extends Error {}
