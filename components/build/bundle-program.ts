import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compiled } from "../kit/compiled.ts";
import { type Bundle, keptBundle } from "./kept-bundle.ts";

/** The program that a build runs, as one file. */
export interface Program {
  readonly text: string;
  /** SHA-256 of the text, in hexadecimal digits. */
  readonly sha256: string;
}

const repository = fileURLToPath(new URL("../../", import.meta.url));

/**
 * The program of this version. Source code is bundled, and the bundle is kept for the next process; compiled code has the
 * file program.cjs next to this module, which the packer has written.
 */
export async function readProgram(): Promise<Program> {
  const text = compiled
    ? readFileSync(new URL("program.cjs", import.meta.url), "utf8")
    : await (bundled ??= keptBundle(repository, bundle));
  return { text, sha256: createHash("sha256").update(text).digest("hex") };
}

/** A process bundles once, because no one changes the source while an `up` runs. */
let bundled: Promise<string> | undefined;

/**
 * Bundles build/program.ts and all that it imports into one CommonJS file for Node 20 and later. The same source gives
 * the same text, wherever it is. It is CommonJS because the YAML parser requires Node's modules while it runs.
 */
export const bundleProgram = async (root = repository): Promise<string> => (await bundle(root)).text;

async function bundle(root: string): Promise<Bundle> {
  // Loaded only here: the npm package does not depend on it.
  const { build } = await import("esbuild");
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: ["build/program.ts"],
    bundle: true,
    platform: "node",
    // Of a client of AWS, only the commands that are used.
    mainFields: ["module", "main"],
    format: "cjs",
    target: "node20",
    // Not the folder's own file: a package has none.
    tsconfigRaw: { compilerOptions: { strict: true } },
    legalComments: "none",
    minify: true,
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  return { text: outputFiles.map(({ text }) => text).join(""), inputs: Object.keys(metafile.inputs) };
}
