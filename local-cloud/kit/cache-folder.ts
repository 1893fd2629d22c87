import { homedir } from "node:os";
import { join } from "node:path";

/** The user's folder for files that any program may delete and make again (XDG Base Directory Specification). */
export const cacheFolder = (): string => process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
