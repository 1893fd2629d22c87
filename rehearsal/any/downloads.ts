import { baseImage } from "../images.ts";

/** What is there already. */
export interface Present {
  readonly emulator: boolean;
  readonly baseImage: boolean;
  readonly database: boolean;
}

/** Lines about what is downloaded once, with sizes; empty if everything is there. */
export function downloadLines(present: Present, folder: string, needsDatabase: boolean): readonly string[] {
  const lines = [
    ...(present.emulator ? [] : [`the emulator of AWS and the aws command line: 80 MB from PyPI, 380 MB in ${folder}`]),
    ...(present.baseImage ? [] : [`${baseImage}: 30 MB from Docker Hub`]),
    ...(needsDatabase && !present.database ? ["PostgreSQL for the rehearsal: 100 MB of Debian's packages"] : []),
  ];
  return lines.length === 0 ? [] : ["is downloaded once:", ...lines.map((line) => `  ${line}`)];
}
