import { fileURLToPath } from "node:url";

/** The path of one of this program's own modules, given as `x.ts`: in the package, it is compiled and ends in `.js`. */
export const ownModule = (url: URL): string => {
  const path = fileURLToPath(url);
  return import.meta.filename.endsWith(".js") ? path.replace(/\.ts$/, ".js") : path;
};
