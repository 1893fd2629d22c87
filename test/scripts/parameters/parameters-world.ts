import { randomBytes } from "node:crypto";
import { declaredIn, type DeclaredParameters } from "../../../scripts/pulumi/declared-parameters.ts";
import { commandLine, type Answers, type Seen } from "../../support/command-line.ts";

export const project = "compose-ecs-pipeline";

export const configured = {
  [`${project}:app`]: "shop",
  [`${project}:deployParameterChanges`]: true,
  "aws:region": "eu-central-1",
  [`${project}:parameters`]: ["TOKEN", "SHARED=/shared/key", "MADE", "LEVEL"],
  [`${project}:cacheEngine`]: "valkey",
  [`${project}:cacheVariable`]: "REDIS_URL",
  [`${project}:databaseEngine`]: "none",
  "secrets:MADE": { secure: "v1:…" },
  "settings:LEVEL": "info",
};

export const declared = declaredIn("staging", project, configured);

export const at = (name: string, Type = "SecureString", more: object = {}) => ({
  Name: name,
  Type,
  Version: 2,
  LastModifiedDate: new Date("2026-11-20T10:00:00Z"),
  ...more,
});

export const all = [
  at("/shop/staging/TOKEN", "SecureString", { KeyId: "alias/own" }),
  at("/shop/staging/MADE"),
  at("/shop/staging/LEVEL", "String"),
];

interface StoreWorld {
  readonly there?: readonly { readonly Name: string }[];
  readonly values?: Readonly<Record<string, string>>;
  readonly typed?: string;
  readonly file?: string;
  readonly reply?: string;
  readonly declared?: DeclaredParameters;
  readonly more?: Answers;
}

/** Runs `parameters` on a store; the values must not appear in what it prints. */
export function parameters(args: string, world: StoreWorld = {}): Promise<Seen> {
  const { there = all, values = {}, typed = "", file = "", reply, more } = world;
  return commandLine(`parameters ${args} --stack staging`, {
    ...(reply !== undefined && { reply }),
    declared: world.declared ?? declared,
    desk: {
      readSecret: () => Promise.resolve(typed),
      editSecret: () => Promise.resolve(typed),
      readFile: (name) => (name === "x.env" ? Promise.resolve(file) : Promise.reject(new Error("ENOENT"))),
    },
    answers: {
      DescribeParameters: ({
        ParameterFilters: [filter],
      }: {
        readonly ParameterFilters: [{ Key: string; Values: string[] }];
      }) => ({
        Parameters: there.filter(({ Name }) =>
          filter.Key === "Name" ? filter.Values.includes(Name) : Name.startsWith(`${filter.Values[0] ?? ""}/`),
        ),
      }),
      GetParameters: ({ Names }: { readonly Names: readonly string[] }) => ({
        Parameters: Names.map((Name) => ({ Name, Value: values[Name] })),
      }),
      PutParameter: () => ({ Version: 3 }),
      DescribeServices: () => ({ services: [{ serviceName: "shop-staging", taskDefinition: "a/shop-staging:7" }] }),
      DescribeTaskDefinition: ({ taskDefinition }: { readonly taskDefinition: string }) => ({
        taskDefinition: {
          containerDefinitions: [
            {
              name: taskDefinition.includes("migrate") ? "migrate" : "web",
              secrets: [{ name: "T", valueFrom: "arn:aws:ssm:eu-central-1:0:parameter/shop/staging/TOKEN" }],
            },
          ],
        },
      }),
      ...more,
    },
  });
}

export const put = (name: string, Value: string, more: object = {}) => ({
  Name: `/shop/staging/${name}`,
  Type: "SecureString",
  Value,
  Overwrite: false,
  KeyId: undefined,
  ...more,
});

export const arrives = "containers read it when they start: `pulumi up --stack staging` rolls it out";

export const secret = () => randomBytes(9).toString("hex");
