import { fileURLToPath } from "node:url";

/** The path of a module of this package, given as `x.ts`: in the npm package, it is compiled and ends in `.js`. */
export const ownModule = (url: URL): string => {
  const path = fileURLToPath(url);
  return import.meta.filename.endsWith(".js") ? path.replace(/\.ts$/, ".js") : path;
};
