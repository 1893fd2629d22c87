import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** One file made of others. */
export interface Bundle {
  readonly text: string;
  /** The files that it was made of, as paths from the root. */
  readonly inputs: readonly string[];
}

/** What is kept: the text, and the hash of each file on which it depends. */
interface Kept {
  readonly text: string;
  readonly hashes: Readonly<Record<string, string>>;
}

/** The files that change a bundle without being in it: the versions of packages, and how it is made. */
const unbundled = ["package-lock.json", "components/build/bundle-program.ts"];

/**
 * The bundle that an earlier process kept, as long as its inputs are what they were, or else a new one from `make`. It lies
 * in `node_modules`, whose own files count by the lock file.
 */
export async function keptBundle(root: string, make: (root: string) => Promise<Bundle>): Promise<string> {
  const folder = join(root, "node_modules/.cache/compose-ecs-pipeline");
  const file = join(folder, "program.json");
  const kept = readKept(file);
  if (kept !== undefined && Object.entries(kept.hashes).every(([input, hash]) => hashOf(root, input) === hash))
    return kept.text;
  const { text, inputs } = await make(root);
  const own = [...unbundled, ...inputs.filter((input) => !input.startsWith("node_modules/"))];
  const hashes = Object.fromEntries(own.map((input) => [input, hashOf(root, input)]));
  mkdirSync(folder, { recursive: true });
  // Several processes may write at the same time; each reads a whole file.
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify({ text, hashes }));
  renameSync(draft, file);
  return text;
}

function readKept(file: string): Kept | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Kept;
  } catch {
    return undefined;
  }
}

/** SHA-256 of a file, or an empty text if there is no such file. */
function hashOf(root: string, input: string): string {
  try {
    return createHash("sha256")
      .update(readFileSync(join(root, input)))
      .digest("hex");
  } catch {
    return "";
  }
}
