import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { EcsCluster, type EcsClusterArgs } from "../../../components/service/ecs-cluster.ts";
import { Network } from "../../../components/network/network.ts";
import { ParameterStore } from "../../../components/application/parameter-store.ts";
import type { Application } from "../../../compose/index.ts";
import { cloud, only, seen, settled, startCloud, valueOf } from "../../support/cloud.ts";
import { staging } from "../../support/names.ts";
import { application, container, pair, task } from "../../support/task.ts";

function argsFor(what: Application): EcsClusterArgs {
  const existing = { vpcId: "vpc-1", publicSubnetIds: ["subnet-a", "subnet-b"], privateSubnetIds: ["subnet-c"] };
  return {
    plan: { names: staging, application: what, logRetentionDays: 14 },
    network: new Network("shop-staging", { vpcCidr: "10.0.0.0/16", natGateways: "none", existing }),
    parameters: new ParameterStore("shop-staging", { path: "/shop/staging", settings: { TOKEN: "1" } }),
    repositories: { web: pulumi.output("registry/shop/staging/web") },
  };
}

const parent = "EcsCluster shop-staging";

/** What the cluster itself registers, without what its arguments did. */
const own = () => seen().filter(([, , , options]) => (options as { parent?: string }).parent === parent);

/** Options of a resource that was the only service's once. */
const moved = { parent, aliases: ["in EcsService shop-staging"] };

/** What every environment's cluster registers, but the release's task definitions. */
const shared = [
  [
    "aws:cloudwatch/logGroup:LogGroup",
    "shop-staging-containers",
    { name: "/ecs/shop-staging", retentionInDays: 14 },
    moved,
  ],
  [
    "aws:ec2/securityGroup:SecurityGroup",
    "shop-staging-tasks",
    { description: "tasks: in from the load balancer only", vpcId: "vpc-1" },
    moved,
  ],
  ["aws:ecs/cluster:Cluster", "shop-staging", { name: "shop-staging" }, moved],
  [
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    "shop-staging-tasks-out",
    { cidrIpv4: "0.0.0.0/0", ipProtocol: "-1", securityGroupId: "shop-staging-tasks-id" },
    moved,
  ],
  ["compose-ecs-pipeline:index:ContainerRoles", "shop-staging", {}, moved],
];

const fromTasks = (port: number) => [
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  `shop-staging-tasks-${port}-from-tasks`,
  {
    fromPort: port,
    ipProtocol: "tcp",
    referencedSecurityGroupId: "shop-staging-tasks-id",
    securityGroupId: "shop-staging-tasks-id",
    toPort: port,
  },
  { parent },
];

describe("the ECS cluster", () => {
  beforeEach(() => startCloud());

  it("has what the tasks of one service need, with aliases of the service's former children, and no namespace", async () => {
    const cluster = new EcsCluster("shop-staging", argsFor(application()));
    await settled();
    expect(own()).to.deep.equal(shared);
    expect(cluster.namespaceArn).to.equal(undefined);
    expect([await valueOf(cluster.clusterArn), await valueOf(cluster.securityGroupId)]).to.deep.equal([
      "arn:aws:ecs:us-east-1:000000000000:cluster/shop-staging",
      "shop-staging-tasks-id",
    ]);
    expect(JSON.parse(await valueOf(cluster.networkConfiguration))).to.deep.equal({
      awsvpcConfiguration: {
        subnets: ["subnet-c"],
        securityGroups: ["shop-staging-tasks-id"],
        assignPublicIp: "DISABLED",
      },
    });
  });

  it("lets several services reach each other by a namespace, with one rule for each port", async () => {
    const [web, worker] = pair();
    const containers = [...web.containers, container("proxy", { ports: [8080, 9292] })];
    const services = [task({ ...web, containers }), worker];
    const cluster = new EcsCluster("shop-staging", argsFor(application({ services })));
    await settled();
    const namespace = [
      "aws:servicediscovery/httpNamespace:HttpNamespace",
      "shop-staging",
      { name: "shop-staging", description: "Names by which the ECS services reach each other" },
      { parent },
    ];
    const [logs, group, ecs, out, roles] = shared;
    expect(own()).to.deep.equal([
      ...[logs, group, ecs, namespace, out],
      ...[fromTasks(3000), fromTasks(8080), fromTasks(9292), roles],
    ]);
    expect(cluster.namespaceArn && (await valueOf(cluster.namespaceArn))).to.equal(
      "arn:aws:servicediscovery:us-east-1:000000000000:namespace/ns-shop-staging",
    );
  });

  it("lets every task connect to the servers, on their ports, before a task starts", async () => {
    const servers = [{ name: "database", securityGroupId: pulumi.output("sg-database"), port: 5432 }];
    const release = [container("migrate", { image: { built: "web" } })];
    const stores = { servers, statements: [] };
    new EcsCluster("shop-staging", { ...argsFor(application({ release })), stores });
    await settled();
    expect(own()).to.deep.include([
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      "shop-staging-database-from-tasks",
      {
        fromPort: 5432,
        ipProtocol: "tcp",
        referencedSecurityGroupId: "shop-staging-tasks-id",
        securityGroupId: "sg-database",
        toPort: 5432,
      },
      { parent },
    ]);
    expect(only("aws:ecs/taskDefinition:TaskDefinition").dependencies).to.include(
      "SecurityGroupIngressRule shop-staging-database-from-tasks",
    );
  });

  it("measures what is configured, and by default follows the account's setting", async () => {
    const settings = [];
    for (const containerInsights of ["account", "disabled", "enabled", "enhanced"] as const) {
      await startCloud();
      const args = argsFor(application());
      new EcsCluster("shop-staging", { ...args, plan: { ...args.plan, containerInsights } });
      await settled();
      settings.push(only("aws:ecs/cluster:Cluster").inputs["settings"]);
    }
    expect(settings).to.deep.equal([
      undefined,
      [{ name: "containerInsights", value: "disabled" }],
      [{ name: "containerInsights", value: "enabled" }],
      [{ name: "containerInsights", value: "enhanced" }],
    ]);
  });

  it("creates the release's task definitions after all that a task needs", async () => {
    const release = [container("migrate", { image: { built: "web" } })];
    new EcsCluster("shop-staging", argsFor(application({ release })));
    await settled();
    const definition = only("aws:ecs/taskDefinition:TaskDefinition");
    expect([definition.name, definition.options, definition.dependencies]).to.deep.equal([
      "shop-staging-migrate",
      moved,
      [
        "LogGroup shop-staging-containers",
        "Parameter shop-staging-TOKEN",
        "Role shop-staging-execution",
        "Role shop-staging-task",
        "RolePolicy shop-staging-execution-statements",
      ],
    ]);
    expect(cloud.filter(({ type }) => type === "aws:ecs/service:Service")).to.deep.equal([]);
  });
});
