import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import {
  createFolder,
  noteRehearsal,
  openFolder,
  rehearsalsFolder,
  removeFolder,
  stackVariables,
  unfinished,
} from "../../rehearsal/aws/folder.ts";
import { unfinishedLines } from "../../rehearsal/aws/end-rehearsal.ts";

const notes = {
  prefix: "shop-rehearsal-3f9a",
  app: "shop",
  environment: "rehearsal-3f9a",
  account: "123456789012",
  region: "eu-central-1",
  program: "/checkout",
  pid: 1,
};

describe("the folder of a rehearsal on AWS", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "rehearsals-"));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  it("is in the user's state folder, and not where a restart of the machine empties it", () => {
    expect(rehearsalsFolder({ XDG_STATE_HOME: "/state" })).to.equal("/state/compose-ecs-pipeline/rehearsals");
    expect(rehearsalsFolder({ XDG_STATE_HOME: "" })).to.match(/\/\.local\/state\/compose-ecs-pipeline\/rehearsals$/);
  });

  it("is found by its name until it is removed, with the passphrase of its state", () => {
    const path = createFolder(root, "rehearsal-3f9a");
    expect([unfinished(root), openFolder(root, "rehearsal-3f9a")]).to.deep.equal([[], undefined]);
    const made = noteRehearsal(path, notes);
    expect(openFolder(root, "rehearsal-3f9a")).to.deep.equal(made);
    expect(made.passphrase).to.match(/^[0-9a-f]{32}$/);
    expect(unfinishedLines(unfinished(root))).to.deep.equal([
      "rehearsal-3f9a: an earlier rehearsal on AWS still exists and costs money; run `bin/rehearse --on-aws --destroy rehearsal-3f9a`",
    ]);
    removeFolder(path);
    expect([unfinished(root), openFolder(root, "rehearsal-3f9a")]).to.deep.equal([[], undefined]);
  });

  it("can be read by its user only", () => {
    const path = createFolder(root, "rehearsal-3f9a");
    noteRehearsal(path, notes);
    const modes = [".", "state", "passphrase", "rehearsal.json"].map((name) => statSync(join(path, name)).mode & 0o077);
    expect(modes).to.deep.equal([0, 0, 0, 0]);
  });

  it("is not found by a path that leads elsewhere", () => {
    expect(openFolder(root, "../rehearsals")).to.equal(undefined);
    expect(openFolder(root, "")).to.equal(undefined);
  });

  it("has the state of the engine, which uses the user's AWS and no other state, provider or passphrase", () => {
    const inherited = {
      AWS_PROFILE: "shop",
      PATH: "/bin",
      PULUMI_HOME: "/plugins",
      PULUMI_BACKEND_URL: "s3://real",
      PULUMI_CONFIG_PASSPHRASE_FILE: "/secret",
      PULUMI_DEBUG_PROVIDERS: "aws:1",
    };
    expect(stackVariables({ path: "/r", passphrase: "p" }, inherited)).to.deep.equal({
      AWS_PROFILE: "shop",
      PATH: "/bin",
      PULUMI_HOME: "/plugins",
      PULUMI_BACKEND_URL: "file:///r/state",
      PULUMI_CONFIG_PASSPHRASE: "p",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    });
  });
});
