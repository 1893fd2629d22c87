import type { Position, Report } from "../tree/problem.ts";

/** CPU and memory of a task on Fargate. */
export interface FargateSize {
  /** CPU units; 1024 are one vCPU. */
  readonly cpu: number;
  readonly memoryMiB: number;
}

/**
 * The memory sizes that Fargate offers for each CPU size, from the minimum to the maximum. Source: "Task CPU and memory"
 * in the ECS developer guide, Linux on Fargate.
 */
const offers = [
  { cpu: 256, memoryMiB: [512, 1024, 2048] },
  { cpu: 512, memoryMiB: steps(1, 4, 1) },
  { cpu: 1024, memoryMiB: steps(2, 8, 1) },
  { cpu: 2048, memoryMiB: steps(4, 16, 1) },
  { cpu: 4096, memoryMiB: steps(8, 30, 1) },
  { cpu: 8192, memoryMiB: steps(16, 60, 4) },
  { cpu: 16384, memoryMiB: steps(32, 120, 8) },
] as const satisfies readonly { readonly cpu: number; readonly memoryMiB: readonly number[] }[];

/** Every CPU size of Fargate, in CPU units, ascending. */
export const fargateCpus: readonly number[] = offers.map(({ cpu }) => cpu);

/** The smallest Fargate size with at least these CPU units and MiB; undefined if there is none. */
export function fargateSize(cpu: number, memoryMiB: number): FargateSize | undefined {
  for (const offer of offers) {
    const memory = offer.memoryMiB.find((offered) => offered >= memoryMiB);
    if (offer.cpu >= cpu && memory !== undefined) return { cpu: offer.cpu, memoryMiB: memory };
  }
  return undefined;
}

/** The limits of a container that decide the size of its task. */
interface Limits {
  readonly cpu?: number;
  readonly memoryMiB?: number;
  readonly memoryReservationMiB?: number;
}

/** The smallest Fargate size that holds the containers' limits; reported at that place if there is none. */
export function sizeOf(containers: readonly Limits[], at: Position, report: Report): FargateSize {
  const cpu = containers.reduce((sum, limits) => sum + (limits.cpu ?? 0), 0);
  const memoryMiB = containers.reduce((sum, limits) => sum + (limits.memoryMiB ?? limits.memoryReservationMiB ?? 0), 0);
  const size = fargateSize(cpu, memoryMiB);
  if (size !== undefined) return size;
  report(at, `no Fargate size holds ${cpu / 1024} vCPU with ${memoryMiB} MiB; ask for less: ${describeFargateSizes()}`);
  return { cpu, memoryMiB };
}

/** Whether Fargate offers exactly this size. */
export function isFargateSize({ cpu, memoryMiB }: FargateSize): boolean {
  return fargateMemory(cpu).includes(memoryMiB);
}

/** The memory sizes that Fargate offers for a CPU size, in MiB, ascending; empty for a CPU size that it does not have. */
export function fargateMemory(cpu: number): readonly number[] {
  return offers.find((offer) => offer.cpu === cpu)?.memoryMiB ?? [];
}

/** The same as text, such as `512, 1024 or 2048 MiB` or `4096 to 16384 MiB in steps of 1024`. */
export function describeFargateMemory(cpu: number): string {
  const offered = fargateMemory(cpu);
  const [least = 0, next = least] = offered;
  const most = offered.at(-1) ?? least;
  if (offered.length === 0) return "nothing";
  if (offered.length <= 4) return `${offered.slice(0, -1).join(", ")} or ${most} MiB`;
  return `${least} to ${most} MiB in steps of ${next - least}`;
}

/** Every size of Fargate, as text. */
function describeFargateSizes(): string {
  return offers.map(({ cpu }) => `${cpu / 1024} vCPU with ${describeFargateMemory(cpu)}`).join(", ");
}

function steps(fromGiB: number, toGiB: number, byGiB: number): readonly number[] {
  return Array.from({ length: (toGiB - fromGiB) / byGiB + 1 }, (_, step) => (fromGiB + step * byGiB) * 1024);
}
