import { expect } from "chai";
import { awsError, commandLine, type Answers, type CommandWorld } from "../../support/command-line.ts";

const event = (second: number, stream: string, message: string, eventId = `${stream} ${second}`) => ({
  eventId,
  timestamp: Date.UTC(2026, 10, 24, 11, 59, second),
  logStreamName: stream,
  message: `${message}\n`,
});
const web = "shop-staging/web/0123456789abcdef";
const migrate = "shop-staging-migrate/migrate/fedcba9876543210";
/** The family's name alone means its newest revision, which another role has registered. */
const containersOf = (taskDefinition: string): readonly string[] => {
  if (taskDefinition === "shop-staging-migrate") return ["planted"];
  return taskDefinition.includes("migrate") ? ["migrate"] : ["proxy", "web"];
};
const revision = ({ taskDefinition }: { readonly taskDefinition: string }) => ({
  taskDefinition: {
    taskDefinitionArn: `a/${taskDefinition.includes("migrate") ? "shop-staging-migrate:3" : "shop-staging:7"}`,
    containerDefinitions: containersOf(taskDefinition).map((name) => ({ name })),
  },
});

/** Runs `logs` on some lines in CloudWatch, and records the queries. */
async function logs(args: string, events: readonly object[], world: CommandWorld & { readonly more?: Answers } = {}) {
  const queries: unknown[] = [];
  const seen = await commandLine(`logs --stack staging ${args}`.trim(), {
    ...world,
    answers: {
      DescribeServices: () => ({ services: [{ serviceName: "shop-staging", taskDefinition: "a/shop-staging:7" }] }),
      DescribeTaskDefinition: revision,
      FilterLogEvents: (query: { readonly nextToken?: string }) => {
        queries.push(query);
        return query.nextToken === undefined && events.length > 1
          ? { events: events.slice(0, 1), nextToken: "more" }
          : { events: events.slice(-1) };
      },
      ...world.more,
    },
  });
  return { ...seen, queries };
}

describe("logs", () => {
  it("prints what every container wrote in the last ten minutes, page by page", async () => {
    const { code, out, err, queries } = await logs("", [event(1, web, "hello"), event(2, migrate, "done")]);
    const query = { logGroupName: "/ecs/shop-staging", startTime: Date.UTC(2026, 10, 24, 11, 50) };
    expect({ code, out, err, queries }).to.deep.equal({
      code: 0,
      out: ["2026-11-24T11:59:01.000Z web/01234567 hello", "2026-11-24T11:59:02.000Z migrate/fedcba98 done"],
      err: [],
      queries: [
        { ...query, nextToken: undefined },
        { ...query, nextToken: "more" },
      ],
    });
  });

  it("prints one container's lines as JSON, one object per line, also of a release task", async () => {
    const { code, out, queries } = await logs("migrate --since 2h --json", [event(2, migrate, "done")]);
    expect([code, out, queries]).to.deep.equal([
      0,
      [
        '{"time":"2026-11-24T11:59:02.000Z","family":"shop-staging-migrate","container":"migrate","task":"fedcba9876543210","message":"done"}',
      ],
      [
        {
          logGroupName: "/ecs/shop-staging",
          logStreamNamePrefix: "shop-staging-migrate/migrate/",
          startTime: Date.UTC(2026, 10, 24, 10, 0),
          nextToken: undefined,
        },
      ],
    ]);
  });

  it("prints an ECS service's lines, and none of another service in the answer", async () => {
    const { out } = await logs("--service shop-staging", [event(1, migrate, "other"), event(2, web, "own")]);
    expect(out).to.deep.equal(["2026-11-24T11:59:02.000Z web/01234567 own"]);
  });

  it("refuses a container, a service and a log group that do not exist, and names those that do", async () => {
    const gone = () => {
      throw awsError("ResourceNotFoundException");
    };
    const refusals = [
      await logs("wbe", []),
      await logs("migrate --service shop-staging", []),
      await logs("--service worker", []),
      await logs("", [], { more: { FilterLogEvents: gone } }),
    ];
    expect(refusals.map(({ code, out, err }) => [code, out, err])).to.deep.equal([
      [1, [], ["staging: there is no container wbe; choose from proxy, web, migrate"]],
      [1, [], ["shop-staging: there is no container migrate; choose from proxy, web"]],
      [1, [], ["--service worker: there is no such ECS service; choose from shop-staging"]],
      [1, [], ["/ecs/shop-staging: there is no such log group; run `pulumi up`"]],
    ]);
  });

  it("follows until Ctrl-C, and prints a line once that two requests return", async () => {
    const person = new AbortController();
    let looks = 0;
    const lines = [event(1, web, "one"), event(2, web, "two"), event(1, web, "late", "late")];
    const starts: number[] = [];
    const more: Answers = {
      FilterLogEvents: ({ startTime }: { readonly startTime: number }) => {
        starts.push(startTime);
        looks++;
        return { events: looks === 1 ? lines.slice(0, 1) : looks === 2 ? lines.slice(0, 2) : lines };
      },
    };
    const onPause = () => {
      if (looks === 3) person.abort();
    };
    const { code, out } = await logs("--follow", [], { more, onPause, interruption: person.signal });
    expect([code, out.map((line) => line.split(" ")[2]), starts]).to.deep.equal([
      130,
      ["one", "two", "late"],
      [Date.UTC(2026, 10, 24, 11, 50), Date.UTC(2026, 10, 24, 11, 58, 31), Date.UTC(2026, 10, 24, 11, 58, 32)],
    ]);
  });
});
