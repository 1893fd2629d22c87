import * as pulumi from "@pulumi/pulumi";
import { Refusal } from "../kit/refusal.ts";
import { carriesCode, type SourceSettings } from "../pipeline/source.ts";

/** A request to the application when it is released. */
export interface SmokeTest {
  readonly url: pulumi.Input<string>;
  /** A text that the answer must contain; `{commit}` in it is replaced by the released image's tag. */
  readonly answer: string;
}

/** The settings of a stack about its smoke test. */
export interface SmokeTestSettings {
  /** A full URL, or a path of the environment's load balancer. */
  readonly url: string;
  readonly answer: string;
}

export interface RequireSmokeTestArgs {
  readonly environment: string;
  readonly smokeTest: SmokeTestSettings | undefined;
  readonly source: Pick<SourceSettings, "provider">;
}

/** Refuses a smoke test that no release can pass, because it needs something that the environment does not have. */
export function requireSmokeTest({ environment, smokeTest, source }: RequireSmokeTestArgs, hasBalancer: boolean): void {
  if (smokeTest === undefined) return;
  const { url, answer } = smokeTest;
  if (answer.includes("{commit}") && !carriesCode(source)) {
    throw new Refusal(
      `Pulumi.${environment}.yaml: smokeTestAnswer: ${JSON.stringify(answer)} asks for the commit, but ready-made images have none; set a text that every release has in its answer`,
    );
  }
  if (!url.startsWith("/") || hasBalancer) return;
  throw new Refusal(
    `Pulumi.${environment}.yaml: smokeTestUrl: ${JSON.stringify(url)} is a path, but there is no load balancer because no service publishes a port; set a full URL, or remove it`,
  );
}

/** The smoke test of a stack, if it has one; `balancer` is the address of its load balancer. */
export function smokeTestOf(
  settings: SmokeTestSettings | undefined,
  balancer: pulumi.Output<string> | undefined,
): SmokeTest | undefined {
  if (settings === undefined) return undefined;
  const { url, answer } = settings;
  const onBalancer = url.startsWith("/") && balancer !== undefined;
  return { url: onBalancer ? pulumi.interpolate`${balancer}${url}` : url, answer };
}
