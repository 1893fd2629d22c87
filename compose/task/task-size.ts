import { describeFargateSizes, fargateSize, type FargateSize } from "../keys/fargate-size.ts";
import type { Report } from "../tree/problem.ts";
import type { Service } from "../keys/service.ts";
import type { Container } from "./draft.ts";

/** What the limits of containers ask of their task. */
type Limits = Pick<Container, "cpu" | "memoryMiB" | "memoryReservationMiB">;

/** The smallest Fargate size that holds the containers' limits; reported at the service when there is none. */
export function sizeOf(containers: readonly Limits[], { at }: Pick<Service, "at">, report: Report): FargateSize {
  const cpu = containers.reduce((sum, limits) => sum + (limits.cpu ?? 0), 0);
  const memoryMiB = containers.reduce((sum, limits) => sum + (limits.memoryMiB ?? limits.memoryReservationMiB ?? 0), 0);
  const size = fargateSize(cpu, memoryMiB);
  if (size !== undefined) return size;
  report(at, `no Fargate size holds ${cpu / 1024} vCPU with ${memoryMiB} MiB; ask for less: ${describeFargateSizes()}`);
  return { cpu, memoryMiB };
}
