import * as pulumi from "@pulumi/pulumi";
import { carriesCode } from "../pipeline/image-source.ts";
import { Refusal } from "../kit/refusal.ts";
import type { SourceSettings } from "../pipeline/source.ts";

/** A question to the application, once it is released. */
export interface SmokeTest {
  readonly url: pulumi.Input<string>;
  /** A text that the answer must hold; `{commit}` in it is the released image's tag. */
  readonly answer: string;
}

export interface SmokeTestArgs {
  readonly environment: string;
  /** A whole URL, or a path of the environment's load balancer; undefined for no test. */
  readonly smokeTestUrl: string | undefined;
  readonly smokeTestAnswer: string;
  readonly source: Pick<SourceSettings, "provider">;
}

/** Refuses a smoke test that no release can pass: one that asks for what the environment does not have. */
export function requireSmokeTest(args: SmokeTestArgs, hasBalancer: boolean): void {
  const { smokeTestUrl: url, smokeTestAnswer: answer } = args;
  if (url === undefined) return;
  if (answer.includes("{commit}") && !carriesCode(args.source)) {
    throw new Refusal(
      `Pulumi.${args.environment}.yaml: smokeTestAnswer: ${JSON.stringify(answer)} asks for the commit, and ready-made images have none; set a text that every release answers`,
    );
  }
  if (!url.startsWith("/") || hasBalancer) return;
  throw new Refusal(
    `Pulumi.${args.environment}.yaml: smokeTestUrl: ${JSON.stringify(url)} is a path, but nothing publishes a port, so that there is no load balancer; set a whole URL, or none`,
  );
}

/** The smoke test that a stack asks for, if any; `balancer` is the address of its load balancer. */
export function smokeTest(
  { smokeTestUrl: url, smokeTestAnswer: answer }: Pick<SmokeTestArgs, "smokeTestUrl" | "smokeTestAnswer">,
  balancer: pulumi.Output<string> | undefined,
): SmokeTest | undefined {
  if (url === undefined) return undefined;
  const onBalancer = url.startsWith("/") && balancer !== undefined;
  return { url: onBalancer ? pulumi.interpolate`${balancer}${url}` : url, answer };
}
