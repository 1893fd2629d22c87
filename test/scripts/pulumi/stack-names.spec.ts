import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { namesFrom, NotUp, stackNames } from "../../../scripts/pulumi/stack-names.ts";
import { names } from "../../support/command-line.ts";

const { stack, pipeline: pipelineName, cluster: clusterName, services: serviceNames, ...rest } = names;
const outputs: Readonly<Record<string, unknown>> = { ...rest, pipelineName, clusterName, serviceNames };
const without = (name: string) =>
  namesFrom(stack, Object.fromEntries(Object.entries(outputs).filter(([output]) => output !== name)));

describe("the names of a stack", () => {
  it("are its outputs; a service that publishes no port has no address, an older program's stack neither alarms nor revisions", () => {
    const some = [namesFrom(stack, outputs), without("url"), without("deploymentAlarms"), without("madeRevisions")];
    expect(some).to.deep.equal([
      names,
      { ...names, url: undefined },
      { ...names, deploymentAlarms: [] },
      { ...names, madeRevisions: {} },
    ]);
  });

  it("are those of the one output of this program, which goes before the older ones", () => {
    expect(namesFrom(stack, { environment: { format: 1, ...outputs } })).to.deep.equal(names);
    expect(namesFrom(stack, { ...outputs, region: "", environment: { format: 1, ...outputs } })).to.deep.equal(names);
  });

  it("are refused of outputs in another format", () => {
    expect(() => namesFrom(stack, { environment: { format: 2, ...outputs } })).to.throw(
      "stack staging: its outputs have the format 2, and these verbs read 1; use the version of the program that made the stack",
    );
  });

  it("are refused of a stack whose program does not export them, with the line that it lacks", () => {
    expect(() => namesFrom(stack, { url: "http://shop.example", queue: "jobs" })).to.throw(
      "stack staging: its program does not export environment; write `export const { url, environment } = await deliver();` and run `pulumi up --stack staging`",
    );
  });

  it("are refused of a stack that was never brought up, or last by an older program", () => {
    expect(() => without("pipelineName")).to.throw(
      /^stack staging: it has no pipeline; run `pulumi up --stack staging` first$/,
    );
    for (const name of Object.keys(outputs).filter(
      (output) => !["url", "version", "pipelineName", "deploymentAlarms", "madeRevisions"].includes(output),
    )) {
      expect(() => without(name), name).to.throw(
        `stack staging: it has no output ${name} yet; run \`pulumi up --stack staging\` once`,
      );
    }
  });

  describe("asked for", () => {
    let folder: string;

    before(() => {
      folder = mkdtempSync(join(tmpdir(), "stack-names-"));
    });
    after(() => {
      rmSync(folder, { recursive: true, force: true });
    });

    /** The names, with a CLI that answers this without and with secrets. */
    const asked = (masked: string, plain: string) => {
      const cli = `#!/bin/sh
case "$*" in
*--show-secrets*) ${plain} ;;
"stack output --json --stack staging --non-interactive") ${masked} ;;
esac
`;
      writeFileSync(join(folder, "pulumi"), cli, { mode: 0o755 });
      return stackNames("staging", { projectDirectory: folder, environment: { PATH: `${folder}:/usr/bin:/bin` } });
    };
    const failure = (names: Promise<unknown>) => names.catch((error: unknown) => (error as Error).message);
    const print = (found: Readonly<Record<string, unknown>>) => `echo '${JSON.stringify(found)}'`;
    const environment = { format: 1, ...outputs };

    it("need no secret, and so no passphrase, where no output is one", async () => {
      expect(await asked(print({ environment }), "echo 'error: passphrase must be set' >&2; exit 1")).to.deep.equal(
        names,
      );
    });

    it("are decrypted where the CLI shows [secret] in the place of one", async () => {
      const masked = { environment: { ...environment, url: "[secret]" } };
      expect(await asked(print(masked), print({ environment }))).to.deep.equal(names);
      expect(await failure(asked(print(masked), "echo 'error: passphrase must be set' >&2; exit 1"))).to.equal(
        "stack staging: passphrase must be set",
      );
    });

    it("are refused with the CLI's error, or as not up if there is no such stack", async () => {
      const fails = (text: string) =>
        `printf '%s\\n' 'warning: a new version is available' 'error: ${text}' >&2; exit 255`;
      expect(await failure(asked(fails("get stack: EOF"), "exit 1"))).to.equal("stack staging: get stack: EOF");
      const none: unknown = await asked(fails("no stack named staging found"), "exit 1").catch((e: unknown) => e);
      expect([none instanceof NotUp, String(none)]).to.deep.equal([
        true,
        "Error: stack staging: no stack named 'staging' found",
      ]);
    });
  });

  it("are refused where there is no Pulumi to ask", async () => {
    const { PATH } = process.env;
    process.env["PATH"] = "/nowhere";
    const failure: unknown = await stackNames("staging").catch((error: unknown) => error);
    process.env["PATH"] = PATH;
    expect((failure as Error).message).to.equal("stack staging: there is no pulumi on the PATH; install it");
  });
});
