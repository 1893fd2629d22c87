import { rmSync } from "node:fs";
import { join } from "node:path";

/** Folders of this project that neither its program nor its verbs nor an application read. */
const notDeployed = ["bench", "docs", "local-cloud", "rehearsal", "test", "testing", "tools"];

/** Removes these folders from a checkout before its first commit: each build would download and unpack them. */
export function lighten(checkout: string): void {
  for (const folder of notDeployed) rmSync(join(checkout, folder), { recursive: true });
}
