import { expect } from "chai";
import { describe, it } from "mocha";
import { taskTemplate } from "../../../components/service/task-template.ts";
import { levels, type Level } from "../../../compose/index.ts";
import { definitionOrigins } from "../../../scripts/compose/definition-origins.ts";
import { staging as stagingNames } from "../../support/names.ts";
import { container } from "../../support/task.ts";
import { parsed, web } from "./command.ts";

describe("the table of where a container definition comes from", () => {
  it("has every key that a definition can have", () => {
    const whole = container("web", {
      command: ["a"],
      entryPoint: ["a"],
      workingDirectory: "/a",
      user: "a",
      healthCheck: { command: ["CMD", "a"], intervalSeconds: 5, timeoutSeconds: 2, retries: 1, startPeriodSeconds: 0 },
      image: { reference: "a" },
      init: true,
      stopTimeoutSeconds: 1,
      cpu: 1,
      memoryMiB: 4,
      memoryReservationMiB: 4,
      labels: { a: "1" },
      restart: { ignoredExitCodes: [] },
      openFiles: { soft: 1, hard: 1 },
      interactive: true,
      terminal: true,
    });
    const task = { containers: [whole], volumes: [], size: whole.size, connected: true };
    const [made] = taskTemplate({ names: stagingNames, family: "a", task, parameterNames: {} }).containers;
    const keys = Object.keys(made?.definition ?? {});
    expect(Object.keys(definitionOrigins).toSorted()).to.deep.equal(keys.toSorted());
  });

  it("distinguishes a tmpfs from a volume, although both may be below the same key", () => {
    const lines = `${web}    tmpfs: ["/run:size=64m"]
    volumes:
      - data:/data
      - {type: tmpfs, target: /tmp, tmpfs: {size: 1m}}
volumes: {data: }
`;
    const { definition } = parsed("explain web --stack staging", { "docker-compose-staging.yml": lines }) as {
      readonly definition: readonly { readonly key: string; readonly lines: readonly { readonly line: number }[] }[];
    };
    const of = (key: string) => definition.find((one) => one.key === key)?.lines.map(({ line }) => line);
    expect([of("linuxParameters"), of("mountPoints")]).to.deep.equal([
      [4, 5, 7],
      [5, 6],
    ]);
  });

  it("names keys of Compose that are translated, and no others", () => {
    const translated = ({ keys, below = {} }: Level): readonly string[] =>
      Object.entries(keys).flatMap(([key, fate]) => {
        const inner = below[key];
        return typeof fate === "string"
          ? [key, ...(inner ? translated(inner) : []).map((path) => `${key}.${path}`)]
          : [];
      });
    const service = levels.named?.["services"];
    const known = service === undefined ? [] : translated(service);
    const from = Object.values(definitionOrigins).flatMap((origin) => origin.from);
    expect(from.filter((path) => !known.includes(path.replace(/\[\w+\]$/, "")))).to.deep.equal([]);
  });
});
