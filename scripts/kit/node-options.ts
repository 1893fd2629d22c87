import { fileURLToPath } from "node:url";

/**
 * Options of a Node that runs this project's TypeScript in another folder: the look at its version. Those of this process,
 * which a child would inherit, may name files by a path from here.
 */
export const nodeOptions: readonly string[] = [
  "--require",
  fileURLToPath(new URL("../require-node.cjs", import.meta.url)),
];
