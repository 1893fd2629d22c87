import type { PulledImage } from "../../compose/index.ts";
import type { Place } from "../kit/names.ts";
import { isIsolated, type NetworkChoice } from "./vpc-layout.ts";
import { Refusal } from "../kit/refusal.ts";

/**
 * Refuses an image that tasks without internet access cannot pull. Their endpoints lead to ECR's private registries in
 * the VPC's own region ("VPC endpoints currently don't support cross-Region requests", ECS developer guide, "Amazon ECS
 * interface VPC endpoints"), and none leads to public.ecr.aws (ECR user guide, "Amazon ECR interface VPC endpoints").
 */
export function requirePullable(
  { region }: Place,
  network: NetworkChoice,
  { pulled }: { readonly pulled: readonly PulledImage[] },
): void {
  if (!isIsolated(network)) return;
  const lines = pulled
    .filter(({ reference }) => privateEcr.exec(reference)?.[1] !== region)
    .map(({ reference, at, key }) => {
      const where = `${at.file}:${at.line}:${at.column}`;
      const why = "tasks have no internet access (vpcEndpoints is all and natGateways is none), so they cannot pull it";
      return `${where}: ${reference} is not in ECR in ${region}, and ${why}; ${remedy(key)}`;
    });
  if (lines.length > 0) throw new Refusal([...new Set(lines)].join("\n"));
}

const remedy = (key: PulledImage["key"]): string =>
  `${
    key === "image"
      ? "copy it to a repository there, or build it"
      : 'copy it to a repository there and name that as "files_image" of "x-ecs"'
  }, or set natGateways to single (nothing was changed)`;

/** Pattern of a reference to a private ECR registry of any account; its group is the region. */
const privateEcr = /^\d{12}\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\//;
