import * as pulumi from "@pulumi/pulumi";
import type { Application } from "../compose/index.ts";

/** Tells each key of the Compose file that changes nothing on ECS, once. */
export async function tellIgnored({ ignored }: Pick<Application, "ignored">): Promise<void> {
  for (const { key, reason, at } of ignored)
    await pulumi.log.info(`${at.file}:${at.line}:${at.column}: ${key} is ignored: ${reason}`);
}
