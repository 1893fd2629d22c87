import { Refusal } from "../../components/kit/refusal.ts";
import { readSettings } from "../../settings.ts";
import { startCloud } from "./cloud.ts";
import { configOf } from "./program.ts";

/** Keys of this project with other values; undefined takes a key away. */
export type Change = Readonly<Record<string, string | undefined>>;

/** The change that takes the code from a bucket. */
export const inS3: Change = {
  sourceProvider: "S3",
  sourceRepository: "",
  branch: "",
  sourceBucket: "acme-source",
  sourceKey: "shop.zip",
};

/** The change that takes ready-made images. */
export const readyMade: Change = { sourceProvider: "ECR", sourceRepository: "", branch: "", buildspec: "" };

/** Staging's configuration with a change. */
export function changed(change: Change): Record<string, string> {
  const keys = Object.entries(change).map(([key, value]) => [
    key.includes(":") ? key : `compose-ecs-pipeline:${key}`,
    value,
  ]);
  const all = { ...configOf("staging"), ...(Object.fromEntries(keys) as Record<string, string | undefined>) };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** What the program reads as settings of a stack with staging's configuration and a change. */
export async function settingsOf(change: Change, stack = "staging"): Promise<ReturnType<typeof readSettings>> {
  await startCloud({ stack, config: changed(change) });
  return readSettings();
}

/** What the program says when it refuses these settings; says so if it accepts them. */
export async function refusalOf(change: Change, stack = "staging"): Promise<string> {
  const failure: unknown = await settingsOf(change, stack).catch((error: unknown) => error);
  return failure instanceof Refusal ? failure.message : `no refusal: ${JSON.stringify(failure)}`;
}
