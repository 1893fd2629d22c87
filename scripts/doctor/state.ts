import type { Status } from "../status/status-report.ts";
import { missing, ok, type Check } from "./check.ts";

/** Whether what runs is what should, and whether anything keeps the next release out. */
export function judgeState({ stack, services, hold, closed }: Pick<Status, "stack" | "services" | "hold" | "closed">) {
  const look = `look with \`npm run release -- status --stack ${stack}\``;
  const resume = `\`npm run release -- resume --stack ${stack}\` lets releases go on`;
  const checks: readonly Check[] = [
    ...services.flatMap(({ name, drift }) => drift.map((line) => missing(`${name}: ${line}; ${look}`))),
    ...(hold === undefined ? [] : [missing(`a rollback is held: ${hold}; ${resume}`)]),
    ...(closed === undefined ? [] : [missing(`no run enters Release: ${closed}; ${resume}`)]),
  ];
  return checks.length > 0 ? checks : [ok("state: no drift, no rollback held, Release open")];
}
