import { matching, optional } from "./keys.ts";

/** The application's folder relative to the program's folder, where `up` and the verbs read Compose files. */
export const applicationDirectory = (): string =>
  matching("applicationDirectory", /^(?!~)\P{Cc}+$/u, "the path of a folder, as in .. or /srv/shop; ~ has no meaning");

/** The application's folder inside the repository, where a build works; empty is the repository's root. */
export const repositoryDirectory = (): string =>
  optional(
    "repositoryDirectory",
    // A build's shell reads the path.
    new RegExp(`^${segment}(/${segment})*$`),
    "the path of a folder in the repository, of letters, digits, _, . and -, as in services/shop",
  ) ?? "";

/** A name of a folder that is not `.` or `..`, and no option of a command. */
const segment = String.raw`(?!\.{1,2}(?:/|$))[\w.][\w.-]*`;
