import { expect } from "chai";
import type { CommandWorld } from "../../support/command-line.ts";
import { done, type MachineWorld, machine, doctor } from "./doctor-world.ts";

describe("the health-check request of doctor", () => {
  const image = "docker image inspect --format {{.Id}} shop/web";

  const start = "docker run --detach --publish 127.0.0.1::3000 --env A=1 --entrypoint tini shop/web serve";

  const port = "docker port c1 3000/tcp";

  const look = "docker inspect --format {{.State.Running}} {{.State.ExitCode}} c1";

  const remove = "docker rm --force --volumes c1";

  const commands = {
    [image]: done("sha256:1"),
    [start]: done("c1"),
    [port]: done("127.0.0.1:40000"),
    [look]: done("true 0"),
    "docker logs --tail 1 c1": { code: 0, out: "", err: "no database\n" },
    [remove]: done("c1"),
  };

  const asks = async (world: MachineWorld, more: Partial<CommandWorld> = {}) => {
    const asked: string[] = [];
    const { out } = await doctor(world, { machine: machine(world, asked), ...more });
    return [out.find((line) => line.includes("healthCheckPath"))?.trim(), ...asked];
  };

  const url = "http://127.0.0.1:40000/health";

  it("goes to a container of the image that was built here, which is removed afterwards", async () => {
    expect(await asks({ commands, status: 200 })).to.deep.equal([
      "ok       healthCheckPath: /health answers 200 in shop/web",
      ...[image, start, port, url, remove],
    ]);
  });

  it("is not made without the image or without Docker's engine", async () => {
    const refused = (err: string) => ({ ...commands, [image]: { code: 1, out: "", err } });
    const skipped = "skipped  healthCheckPath: /health was not requested from shop/web: ";
    expect([
      await asks({ commands: refused("Error: No such image: shop/web\n") }),
      await asks({ commands: refused("Cannot connect to the Docker daemon\n") }),
    ]).to.deep.equal([
      [`${skipped}the image was not built here`, image],
      [`${skipped}Cannot connect to the Docker daemon`, image],
    ]);
  });

  it("is repeated until the container has ended or has not answered twenty times; then the container is removed", async () => {
    const ended = await asks({ commands: { ...commands, [look]: done("false 1") } });
    const silent = await asks({ commands });
    expect([ended, [...silent.slice(0, 6), silent.at(-1)], silent.filter((one) => one === url).length]).to.deep.equal([
      [
        "skipped  healthCheckPath: /health: shop/web ended with 1 before it answered (no database)",
        ...[image, start, port, url, look, "docker logs --tail 1 c1", remove],
      ],
      [
        "skipped  healthCheckPath: /health: shop/web does not answer on port 3000; alone it may wait for something that does not run here",
        ...[image, start, port, url, look, remove],
      ],
      20,
    ]);
  });
});
