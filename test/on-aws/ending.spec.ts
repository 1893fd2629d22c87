import { setImmediate as turn } from "node:timers/promises";
import { expect } from "chai";
import { walkAndEnd, type Outcome } from "../../rehearsal/aws/ending.ts";

/** A walk and an end that take as long as a test wants; everything that happens is noted in its order. */
function started({ keep = false } = {}) {
  const happened: string[] = [];
  const walk = Promise.withResolvers<undefined>();
  const end = Promise.withResolvers<undefined>();
  let interrupt: () => void = () => undefined;
  const outcome: Promise<Outcome> = walkAndEnd({
    walk: () => walk.promise,
    abort: () => {
      happened.push("walk aborted");
      walk.reject(new Error("aborted"));
      return Promise.resolve();
    },
    end: () => {
      happened.push("end begins");
      return end.promise;
    },
    abortEnd: () => {
      happened.push("end aborted");
      end.reject(new Error("aborted"));
      return Promise.resolve();
    },
    onSignal: (listener) => {
      interrupt = listener;
      return () => void happened.push("no longer listens");
    },
    say: (line) => void happened.push(line),
    left: () => "left: run x",
    keep,
  });
  const signal = async () => {
    interrupt();
    await turn();
  };
  return { happened, walk, end, outcome, signal };
}

const first = "interrupted: it ends this step, and then deletes everything; Ctrl-C again stops the deletion";
const second = "interrupted again: it finishes what has begun; left: run x";

describe("the end of a rehearsal on AWS", () => {
  it("comes after a walk that succeeds and after one that fails", async () => {
    const done = started();
    done.walk.resolve(undefined);
    done.end.resolve(undefined);
    expect(await done.outcome).to.equal("done");
    expect(done.happened).to.deep.equal(["end begins", "no longer listens"]);
    const failing = started();
    const error = new Error("no release");
    failing.walk.reject(error);
    failing.end.resolve(undefined);
    expect(await failing.outcome).to.deep.equal({ failed: error });
    expect(failing.happened).to.deep.equal(["end begins", "no longer listens"]);
  });

  it("comes after the first Ctrl-C, when the step has ended", async () => {
    const { happened, signal, end, outcome } = started();
    await signal();
    expect(happened).to.deep.equal([first, "walk aborted", "end begins"]);
    end.resolve(undefined);
    expect(await outcome).to.equal("interrupted");
  });

  it("is stopped by the second Ctrl-C, which says the command that goes on with it", async () => {
    const { happened, signal, outcome } = started();
    await signal();
    await signal();
    expect(await outcome).to.equal("left");
    expect(happened).to.deep.equal([first, "walk aborted", "end begins", second, "end aborted", "no longer listens"]);
  });

  it("says the command that goes on with it when a deletion fails", async () => {
    const { happened, walk, end, outcome } = started();
    walk.resolve(undefined);
    end.reject(new Error("AWS refuses"));
    expect(await outcome).to.equal("left");
    expect(happened).to.deep.equal(["end begins", "AWS refuses\nleft: run x", "no longer listens"]);
  });

  it("waits for Ctrl-C when the environment is kept", async () => {
    const { happened, walk, end, signal, outcome } = started({ keep: true });
    walk.resolve(undefined);
    await turn();
    expect(happened).to.deep.equal([]);
    await signal();
    expect(happened).to.deep.equal([first, "walk aborted", "end begins"]);
    end.resolve(undefined);
    expect(await outcome).to.equal("interrupted");
  });
});
