import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { GetParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
import { docker } from "../local-cloud/index.ts";
import type { Change } from "../rehearsal/kit/commits.ts";
import type { Surroundings } from "../rehearsal/example/surroundings.ts";

const page = "app/app/assets/stylesheets/application.css";

/** A commit that changes only code; no builder has seen it, in this run or in an earlier one. */
export const codeChange = (): Change => ({
  message: "Another look",
  fails: false,
  edits: [{ file: page, replace: "{", by: `{ /* ${Date.now()} */` }],
});

/** Changes code in the checkout, without a commit. */
export function changeCode({ checkout }: Surroundings): void {
  appendFileSync(join(checkout, page), `/* ${Date.now()} */\n`);
}

/** Repository URIs of the example's images in the local registry, with Docker logged in. */
export async function loggedIn(on: Surroundings): Promise<{ readonly web: string; readonly proxy: string }> {
  const { authorizationData = [] } = await new ECRClient(on.client).send(new GetAuthorizationTokenCommand({}));
  const [, password = ""] = Buffer.from(authorizationData[0]?.authorizationToken ?? "", "base64")
    .toString()
    .split(":");
  const host = on.cloud.world.registryHost;
  await docker(["login", "--username", "AWS", "--password-stdin", host], { input: password });
  return { web: `${host}/shop/staging/web`, proxy: `${host}/shop/staging/proxy` };
}

/** The application's database and key, as ECS gives them to its containers. */
export async function secrets(on: Surroundings): Promise<Readonly<Record<string, string>>> {
  const Names = ["/shop/staging/DATABASE_URL", "/shop/staging/SECRET_KEY_BASE"];
  const { Parameters = [] } = await new SSMClient(on.client).send(
    new GetParametersCommand({ Names, WithDecryption: true }),
  );
  return Object.fromEntries(Parameters.map(({ Name = "", Value = "" }) => [Name.split("/").at(-1) ?? "", Value]));
}
