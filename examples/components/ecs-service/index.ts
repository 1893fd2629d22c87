import * as aws from "@pulumi/aws";
import { EcsService, plainTemplate } from "../../../components/index.ts";

// An ECS service whose definition is Pulumi's and whose image is your pipeline's: no `up` puts an older image back.
const { accountId } = await aws.getCallerIdentity();
const vpc = await aws.ec2.getVpc({ default: true });
const subnets = await aws.ec2.getSubnets({ filters: [{ name: "vpc-id", values: [vpc.id] }] });
const tasks = new aws.ec2.SecurityGroup("shop-tasks", { vpcId: vpc.id });
const cluster = new aws.ecs.Cluster("shop", { name: "shop" });
const repository = new aws.ecr.Repository("shop", { name: "shop" });

const template = plainTemplate({
  family: "shop",
  size: { cpu: 256, memoryMiB: 512 },
  executionRoleArn: `arn:aws:iam::${accountId}:role/ecsTaskExecutionRole`,
  containers: [{ name: "web", image: { repository: "shop" }, portMappings: [{ containerPort: 8080 }] }],
});
const service = new EcsService("shop", {
  plan: { template },
  cluster: { clusterName: "shop", clusterArn: cluster.arn, securityGroupId: tasks.id },
  network: { taskSubnetIds: subnets.ids, assignPublicIp: true },
  repositories: { shop: repository.repositoryUrl },
});

export const { serviceName } = service;
