import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join, relative } from "node:path";
import { parse, stringify } from "yaml";
import { buildPostgres, type Run } from "../../local-cloud/index.ts";
import { ensureBaseImage, ensureFilesImage } from "../images.ts";
import { pushHead, type Repository } from "../kit/commits.ts";
import { putParameter, startDatabase } from "../local/database.ts";
import type { Emulator } from "../local/emulator.ts";
import { startLocalPlace, type LocalPlace } from "../local/place.ts";
import type { Copy } from "./copy.ts";
import type { Request } from "./request.ts";

/** A rehearsal on the local cloud. */
export interface LocalRehearsal {
  readonly stack: string;
  readonly run: Run;
  readonly copy: Copy;
  readonly request: Request;
  readonly emulator: Emulator;
  /** Whether builds keep Compose from bake. */
  readonly withoutBake: boolean;
  readonly log: (line: string) => void;
}

/** Starts the local cloud for a copy, with the values and servers that the stack needs before its first `up`. */
export async function startLocalRehearsal(rehearsal: LocalRehearsal): Promise<LocalPlace> {
  const { stack, run, copy, request, emulator, log } = rehearsal;
  const { values } = request;
  await ensureBaseImage(log);
  if (writesFiles(copy.application)) await ensureFilesImage(log);
  if (values.database !== undefined) await buildPostgres(log);
  const repository: Repository = { remote: copy.remote, checkout: copy.checkout, branch: request.branch };
  writeStackFile(stack, copy, request);
  return startLocalPlace({
    environment: stack,
    log,
    run,
    region: request.region,
    ministack: join(emulator.bin, "ministack"),
    recordsUnknown: true,
    runSeconds: 3600,
    steadySeconds: 600,
    surroundings: {
      ...process.env,
      PATH: [emulator.bin, process.env["PATH"] ?? ""].join(delimiter),
      ...(rehearsal.withoutBake && { COMPOSE_BAKE: "false" }),
    },
    prepare: async (_, cloud, client) => {
      for (const [name, value] of Object.entries(values.parameters)) await putParameter(client, name, value);
      const database = `${request.app}_${stack}`.replaceAll("-", "_");
      if (values.database !== undefined)
        await startDatabase({ cloud, run, client }, values.database, database, database);
      const secrets = Object.entries(values.secrets);
      return {
        repository,
        program: copy.program,
        source: request.source,
        configuration: Object.fromEntries(secrets.map(([name, secret]) => [`secrets:${name}`, { secret }])),
        pushFirst: pushHead,
      };
    },
  });
}

/** Whether a Compose file of the application may need the image that writes `secrets` and `configs` into files. */
function writesFiles(application: string): boolean {
  const files = readdirSync(application).filter((name) => /\.ya?ml$/.test(name));
  return files.some((name) => /^\s*(secrets|configs):/m.test(readFileSync(join(application, name), "utf8")));
}

/** Replaces the stack's file of the copy: with what can be rehearsed, and without how its real secrets are encrypted. */
function writeStackFile(stack: string, { program, application }: Copy, { configured, project }: Request): void {
  const file = join(program, `Pulumi.${stack}.yaml`);
  const before = parse(readFileSync(file, "utf8")) as { readonly config?: unknown } | null;
  const others = Object.entries(before ?? {}).filter(
    ([key]) => !["config", "encryptionsalt", "encryptedkey", "secretsprovider"].includes(key),
  );
  const config = { ...configured, [`${project}:applicationDirectory`]: relative(program, application) || "." };
  writeFileSync(file, stringify({ ...Object.fromEntries(others), config }));
}
