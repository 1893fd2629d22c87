import { fileURLToPath } from "node:url";
import { compiled } from "../../components/plain.ts";

/** The path of one of this program's own modules, given as `x.ts`: in the package, it is compiled and ends in `.js`. */
export const ownModule = (url: URL): string => {
  const path = fileURLToPath(url);
  return compiled ? path.replace(/\.ts$/, ".js") : path;
};
