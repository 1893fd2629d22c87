import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { attachProvider } from "../../local-cloud/index.ts";
import type { Surroundings } from "../../rehearsal/example/surroundings.ts";
import { credentialVariables } from "../../rehearsal/local/engine.ts";
import { policy } from "./local-cloud/local-endpoint.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** What a script printed, both streams in their order, and its exit code. */
export interface Delivered {
  readonly code: number;
  readonly text: string;
}

export type Runners = ReturnType<typeof startRunners>;

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The machines of a team's CI: clones of the repository, in which deliver.sh runs against the local cloud. */
export function startRunners(around: Surroundings, log: (line: string) => void) {
  const folder = join(around.directory, "runners");
  const bin = join(folder, "bin");
  mkdirSync(bin, { recursive: true });
  // `npx --no-install compose-ecs-pipeline VERB …` of an installed package; here it is the checkout's own program.
  writeFileSync(join(bin, "npx"), '#!/bin/sh\nshift 2\nexec node scripts/bin.ts "$@"\n');
  chmodSync(join(bin, "npx"), 0o755);
  let clones = 0;
  return {
    /** A fresh clone of the repository, at a commit; returns its folder. */
    checkout: (commit: string): string => {
      const clone = join(folder, `clone-${(clones += 1)}`);
      execFileSync("git", ["clone", "--quiet", join(around.directory, "repository/remote.git"), clone]);
      execFileSync("git", ["checkout", "--quiet", "--detach", commit], { cwd: clone });
      symlinkSync(join(root, "node_modules"), join(clone, "node_modules"));
      return clone;
    },
    /** Runs the script in a folder. */
    deliver: (cwd: string, args: readonly string[], variables: Variables = {}): Promise<Delivered> => {
      const PATH = `${bin}:${around.variables["PATH"] ?? ""}`;
      const child = spawn(join(root, "examples/ci/deliver.sh"), args, {
        cwd,
        env: { ...around.variables, ...variables, PATH },
        stdio: ["ignore", "pipe", "pipe"],
      });
      const printed: string[] = [];
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding("utf8").on("data", (text: string) => {
          printed.push(text);
          log(`deliver.sh ${args.join(" ")}: ${text.trimEnd()}`);
        });
      return new Promise((resolve, reject) => {
        child.on("error", reject);
        child.on("close", (code) => {
          resolve({ code: code ?? 1, text: printed.join("") });
        });
      });
    },
    /** Runs something with the credentials of a role that may do everything but one action. */
    without: async <Result>(action: string, act: (variables: Variables) => Promise<Result>): Promise<Result> => {
      const [iam, sts] = [new IAMClient(around.client), new STSClient(around.client)];
      const trust = { Effect: "Allow", Principal: { AWS: "arn:aws:iam::000000000000:root" }, Action: "sts:AssumeRole" };
      const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
      const { Role } = await iam.send(new CreateRoleCommand({ RoleName: "ci", AssumeRolePolicyDocument }));
      const statements = [
        { Effect: "Allow", Action: "*", Resource: "*" },
        { Effect: "Deny", Action: action, Resource: "*" },
      ];
      await iam.send(
        new PutRolePolicyCommand({ RoleName: "ci", PolicyName: "most", PolicyDocument: policy(statements) }),
      );
      const { Credentials: given } = await sts.send(
        new AssumeRoleCommand({ RoleArn: Role?.Arn ?? "", RoleSessionName: "ci" }),
      );
      const variables = credentialVariables({
        accessKeyId: given?.AccessKeyId ?? "",
        secretAccessKey: given?.SecretAccessKey ?? "",
        sessionToken: given?.SessionToken ?? "",
      });
      // The provider calls AWS with the credentials of the process that has started it.
      const provider = await attachProvider({ ...around.variables, ...variables });
      try {
        return await act({ ...variables, ...provider.environment });
      } finally {
        await provider.close();
      }
    },
  };
}
