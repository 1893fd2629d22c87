import { expect } from "chai";
import { describe, it } from "mocha";
import { readApplication } from "../../../compose/index.ts";
import { variables } from "../support.ts";

/** The environment and the secrets of a service with two env files; compose-oracle.spec.ts checks what Compose makes of plain values. */
function read(one: string, two: string, environment = "{}"): unknown {
  const texts: Readonly<Record<string, string>> = {
    "shop.yml": `services: {web: {image: a, env_file: [one.env, two.env], environment: ${environment}}}`,
    "one.env": one,
    "two.env": two,
  };
  const source = { files: ["shop.yml"], variables, readFile: (path: string) => texts[path] };
  const [container] = readApplication(source).application.services[0]?.containers ?? [];
  return { plain: container?.environment, secrets: container?.secrets };
}

describe("a line of an env file", () => {
  it("takes the value of the stack first, then that of the service, then the last definition", () => {
    const one = "LOG_LEVEL=loud\nOWN=file\nHOST=a\n";
    const two = "HOST=b\nSEEN=$LOG_LEVEL $OWN $HOST\nHOST=c\n";
    expect(read(one, two, "{OWN: service}")).to.deep.equal({
      plain: { LOG_LEVEL: "loud", OWN: "service", HOST: "c", SEEN: "info service b" },
      secrets: {},
    });
  });

  it("becomes a secret if it refers to a parameter through another name", () => {
    expect(read("FIRST=$DATABASE_URL\nSECOND=${FIRST}\n", "THIRD=$OWN\n", "{OWN: $DATABASE_URL}")).to.deep.equal({
      plain: {},
      secrets: { FIRST: "DATABASE_URL", SECOND: "DATABASE_URL", THIRD: "DATABASE_URL", OWN: "DATABASE_URL" },
    });
  });

  it("is refused if it refers to a name whose last definition is not completely known", () => {
    expect(() => read("A=1\nA=x-${IMAGE_TAG}\nB=$A\n", "A=2\n")).to.throw("one.env:3:1: nothing sets A; ");
  });
});
