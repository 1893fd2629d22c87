import { expect } from "chai";
import { requirePullable } from "../../../components/network/require-pullable.ts";
import type { NetworkChoice } from "../../../components/network/vpc-layout.ts";
import { applicationOf } from "../../compose/support.ts";
import { staging } from "../../support/names.ts";

const isolated: NetworkChoice = { natGateways: "none", vpcEndpoints: "all" };

/** What is said of a Compose file in a network; undefined where it is taken. */
function said(services: string, network = isolated): string | undefined {
  const application = applicationOf(`services:\n${services}`);
  try {
    requirePullable(staging.place, network, application);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

const ecr = "000000000000.dkr.ecr.us-east-1.amazonaws.com";
const why = "tasks have no internet access (vpcEndpoints is all and natGateways is none), so they cannot pull it";

describe("an image of tasks without internet access", () => {
  it("is accepted if it is built here, or if it is in ECR of the region, in any account", () => {
    expect(said(`  web: { build: ., image: acme/web }\n  proxy: { image: "${ecr}/proxy:1" }\n`)).to.equal(undefined);
  });

  it("is refused if it is elsewhere, with its place and each remedy", () => {
    const other = ecr.replace("us-east-1", "eu-west-1");
    const services = [
      "  web: { image: nginx }",
      `  proxy: { image: "${other}/proxy:1" }`,
      "  migrate: { image: public.ecr.aws/acme/migrate, profiles: [release] }",
    ];
    const remedy = "copy it to a repository there, or build it, or set natGateways to single (nothing was changed)";
    const line = (at: string, image: string) =>
      `shop.yml:${at}: ${image} is not in ECR in us-east-1, and ${why}; ${remedy}`;
    expect(said(`${services.join("\n")}\n`)?.split("\n")).to.have.members([
      line("2:17", "nginx:latest"),
      line("3:19", `${other}/proxy:1`),
      line("4:21", "public.ecr.aws/acme/migrate:latest"),
    ]);
  });

  it("is refused if it writes files, for which another image can be named", () => {
    const services = "  web:\n    build: .\n    configs: [{ source: a, target: /run/configs/a }]\n";
    const remedy = 'copy it to a repository there and name that as "files_image" of "x-ecs"';
    const configs = "configs:\n  a: { content: text }\n";
    expect(said(`${services}${configs}`)).to.equal(
      `shop.yml:4:15: public.ecr.aws/docker/library/busybox:1.37.0 is not in ECR in us-east-1, and ${why}; ${remedy}, or set natGateways to single (nothing was changed)`,
    );
    const own = `    x-ecs: { files_image: "${ecr}/busybox:1.37.0" }\n`;
    expect(said(`${services}${own}${configs}`)).to.equal(undefined);
  });

  it("can be anywhere if tasks have internet access, or in an existing network", () => {
    const image = "  web: { image: nginx }\n";
    expect([
      said(image, { ...isolated, natGateways: "single" }),
      said(image, { ...isolated, vpcEndpoints: "s3" }),
      said(image, { ...isolated, existing: "default" }),
    ]).to.deep.equal([undefined, undefined, undefined]);
  });
});
