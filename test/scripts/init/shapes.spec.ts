import { expect } from "chai";
import { parse, parseDocument } from "yaml";
import { init, usual } from "./init-world.ts";
import { shapes } from "./shapes.ts";

const noBuild =
  'docker-compose-staging.yml: no service has "build", but a pipeline needs an image to build and deploy; write a Dockerfile (one line, FROM and an image, is enough), and "build" in its service';

/** What `compose check` says of the shapes that no rule can mend. */
const left: Readonly<Record<string, readonly string[]>> = {
  elk: [noBuild],
  flyway: ['"db" has a profile and does not run next to "flyway"; write the address that it has on AWS'],
  ghost: [noBuild],
  kafka: [
    '"broker" runs in the same task as "broker", where its name does not resolve; write localhost, or give "broker" a separate ECS service with "x-ecs: {service: NAME}"',
  ],
  "laravel-sail": ['"laravel.test" cannot be the name of a container; use letters, digits, hyphens and underscores'],
  "one-service": [
    'Compose has no key "web" at the top; correct or remove it',
    "no service runs in the task; write one without profiles",
  ],
  plausible: [noBuild],
  symfony: [
    '"php" runs in the same task as "php", where its name does not resolve; write localhost, or give "php" a separate ECS service with "x-ecs: {service: NAME}"',
  ],
  wordpress: [noBuild],
};

/** The secrets of services that run on ECS. */
const secrets =
  /(SECRET|PASSWORD|KEY)\w*["']?[:=] ?["']?(topsecret|0123456789abcdef|minioadmin|grafana|abc\b|mysecretpassword)/;

describe("init --yes, for the shapes of public Compose files", function () {
  this.timeout(20_000);

  it("has forty of them, most of which pass", () => {
    expect(shapes.length).to.be.at.least(40);
    expect(Object.keys(left).length).to.be.below(shapes.length / 4);
  });

  for (const { name, text, files, ignored } of shapes) {
    const problems = left[name] ?? [];
    const title = problems.length === 0 ? "passes compose check" : "says what is left to do";
    it(`writes files for ${name} that can be read, and ${title}`, async () => {
      const application = { files: { ...files, "docker-compose.yml": text }, ignored };
      const { code, out, err, files: written } = await init(application, `${usual} --variable WWWGROUP=1000`);
      expect([code, err]).to.deep.equal([0, []]);
      const compose = written["docker-compose-staging.yml"] ?? "";
      expect(parseDocument(compose, { merge: true }).errors).to.deep.equal([]);
      expect(parse(written["infra/Pulumi.staging.yaml"] ?? "")).to.have.property("config");
      const places = /^docker-compose-staging\.yml:\d+:\d+: /;
      const said = out.filter((line) => line.startsWith("docker-compose-staging.yml"));
      if (problems.length === 0)
        expect(said.join()).to.match(/^docker-compose-staging\.yml: no problems; staging becomes/);
      else expect(said.map((line) => line.replace(places, ""))).to.deep.equal(problems);
      // No secret of the original file is copied.
      for (const one of [compose, written["infra/Pulumi.staging.yaml"]]) expect(one).not.to.match(secrets);
      // Each line that the reader refuses has a comment above it.
      const rows = compose.split("\n");
      for (const line of said.filter((one) => places.test(one))) {
        const message = line.replace(places, "");
        expect(
          rows.some((row) => row.trim() === `# init: left to do: ${message}`),
          message,
        ).to.equal(true);
      }
    });
  }
});
