import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { engineTurn } from "../../../local-cloud/codebuild/engine-turn.ts";

describe("a build's turn at the Docker engine", () => {
  const never = new AbortController().signal;
  let folder: string;
  let file: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "engine-turn-"));
    file = join(folder, "lock");
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("begins when the turn before it has ended, and not earlier", async () => {
    const first = await engineTurn(never, file);
    const events: string[] = [];
    const second = engineTurn(never, file).then((turn) => {
      events.push("second begins");
      return turn;
    });
    await sleep(300);
    events.push("first ends");
    await first?.end();
    await (await second)?.end();
    expect(events).to.deep.equal(["first ends", "second begins"]);
  });

  it("is skipped by a build that is stopped while it waits, and goes to the next build", async () => {
    const first = await engineTurn(never, file);
    const stop = new AbortController();
    const stopped = engineTurn(stop.signal, file);
    stop.abort();
    expect(await stopped).to.equal(undefined);
    await first?.end();
    const third = await engineTurn(never, file);
    expect(third).to.not.equal(undefined);
    await third?.end();
  });

  it("fails when the file cannot be locked", async () => {
    const failure: unknown = await engineTurn(never, join(folder, "no", "folder")).catch((error: unknown) => error);
    expect(String(failure)).to.match(
      /no\/folder: cannot be locked; install perl, and allow this user to write the file$/,
    );
  });
});
