import { expect } from "chai";
import fc from "fast-check";
import { describe, it } from "mocha";
import {
  describeFargateMemory,
  fargateCpus,
  fargateMemory,
  fargateSize,
  isFargateSize,
} from "../../../compose/keys/fargate-size.ts";
import { services } from "../support.ts";

describe("Fargate sizes", () => {
  it("are those of the developer guide, up to 16 vCPU", () => {
    expect(fargateCpus.map((cpu) => [cpu, fargateMemory(cpu).length, describeFargateMemory(cpu)])).to.deep.equal([
      [256, 3, "512, 1024 or 2048 MiB"],
      [512, 4, "1024, 2048, 3072 or 4096 MiB"],
      [1024, 7, "2048 to 8192 MiB in steps of 1024"],
      [2048, 13, "4096 to 16384 MiB in steps of 1024"],
      [4096, 23, "8192 to 30720 MiB in steps of 1024"],
      [8192, 12, "16384 to 61440 MiB in steps of 4096"],
      [16384, 12, "32768 to 122880 MiB in steps of 8192"],
    ]);
    expect(describeFargateMemory(300)).to.equal("nothing");
  });

  const holds: readonly (readonly [number, number, number, number])[] = [
    [0, 0, 256, 512],
    [256, 512, 256, 512],
    [256, 513, 256, 1024],
    [256, 2049, 512, 3072],
    [257, 512, 512, 1024],
    [1024, 512, 1024, 2048],
    [4097, 17000, 8192, 20480],
    [16384, 122880, 16384, 122880],
  ];
  for (const [cpu, memoryMiB, offeredCpu, offeredMemory] of holds) {
    it(`hold ${cpu} CPU units and ${memoryMiB} MiB in ${offeredCpu} and ${offeredMemory}`, () => {
      expect(fargateSize(cpu, memoryMiB)).to.deep.equal({ cpu: offeredCpu, memoryMiB: offeredMemory });
    });
  }

  it("hold at most the largest size", () => {
    expect([fargateSize(16385, 0), fargateSize(0, 122881)]).to.deep.equal([undefined, undefined]);
  });

  it("are distinguished from sizes that do not exist", () => {
    const sizes = [
      { cpu: 256, memoryMiB: 512 },
      { cpu: 256, memoryMiB: 4096 },
      { cpu: 8192, memoryMiB: 17408 },
      { cpu: 300, memoryMiB: 512 },
    ];
    expect(sizes.map(isFargateSize)).to.deep.equal([true, false, false, false]);
  });

  it("hold the sum of the limits of a task's containers, in each form of the limits", () => {
    const quarters = fc.integer({ min: 1, max: 8 }).map((count) => count / 4);
    const asked = fc.record({
      cpus: quarters,
      memory: fc.integer({ min: 8, max: 2048 }),
      key: fc.nat(3),
      other: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(asked, { minLength: 1, maxLength: 5 }), (containers) => {
        const lines = containers.map(({ cpus, memory, key, other }, at) => {
          const said = [
            `cpus: ${cpus}, mem_limit: ${memory}m`,
            `cpus: ${cpus}, mem_reservation: ${memory}m`,
            `deploy: {resources: {limits: {cpus: '${cpus}', memory: ${memory}m}}}`,
            `deploy: {resources: {reservations: {cpus: '${cpus}', memory: ${memory}m}}}`,
          ];
          return `  s${at}: {image: i, ${said[key] ?? ""}${other ? ", x-ecs: {service: other}" : ""}}\n`;
        });
        for (const { size, containers: inside, connected } of services(lines.join("")).services) {
          const sum = (values: readonly (number | undefined)[]) =>
            values.reduce<number>((all, one) => all + (one ?? 0), 0);
          const cpu = sum(inside.map((container) => container.cpu));
          const memoryMiB = sum(inside.map((one) => one.memoryMiB ?? one.memoryReservationMiB)) + (connected ? 64 : 0);
          expect([isFargateSize(size), size]).to.deep.equal([true, fargateSize(cpu, memoryMiB)]);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("are the smallest that hold the given limits", () => {
    const every = fargateCpus.flatMap((cpu) => fargateMemory(cpu).map((memoryMiB) => ({ cpu, memoryMiB })));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 16384 }), fc.integer({ min: 0, max: 122880 }), (cpu, memoryMiB) => {
        const fitting = every.filter((size) => size.cpu >= cpu && size.memoryMiB >= memoryMiB);
        expect(fargateSize(cpu, memoryMiB)).to.deep.equal(fitting[0]);
      }),
    );
  });
});
