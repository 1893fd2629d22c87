import { setTimeout as sleep } from "node:timers/promises";
import { CodePipelineClient, type CodePipelineClientConfig } from "@aws-sdk/client-codepipeline";
import { ECSClient } from "@aws-sdk/client-ecs";
import { run } from "../../scripts/cli.ts";
import { gitIn } from "../../scripts/git.ts";

/** What became of a command line: its exit code, and all it has printed. */
export interface CommandOutcome {
  readonly code: number;
  readonly lines: readonly string[];
}

/** Runs a command line of `npm run release` from a checkout, with nobody there to ask. */
export async function commandLine(
  args: readonly string[],
  client: Pick<CodePipelineClientConfig, "endpoint" | "region" | "credentials">,
  checkout: string,
): Promise<CommandOutcome> {
  const lines: string[] = [];
  const tell = (line: string): void => void lines.push(line);
  const code = await run(args, {
    say: tell,
    warn: tell,
    ask: undefined,
    locate: () => Promise.reject(new Error("the pipeline is given")),
    client: () => new CodePipelineClient(client),
    ecs: () => new ECSClient(client),
    git: gitIn(checkout),
    pause: () => sleep(500),
  });
  return { code, lines };
}
