import * as pulumi from "@pulumi/pulumi";
import type { Application } from "../../compose/index.ts";

/** Logs each key of the Compose file that changes nothing on ECS, once, and warns of what is probably a mistake. */
export async function tellIgnored({ ignored, notes }: Pick<Application, "ignored" | "notes">): Promise<void> {
  for (const { key, reason, at } of ignored)
    await pulumi.log.info(`${at.file}:${at.line}:${at.column}: ${key} is ignored: ${reason}`);
  for (const { message, at } of notes) await pulumi.log.warn(`${at.file}:${at.line}:${at.column}: ${message}`);
}
