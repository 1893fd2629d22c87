import { expect } from "chai";
import type { ThisProcess } from "../../../scripts/pulumi/this-process.ts";
import { thisProcess } from "../../../scripts/pulumi/this-process.ts";
import { takeLock, withLock, type LockArgs } from "../../../scripts/guard/verb-lock.ts";
import { awsError, names, self, stubClients, type Answers } from "../../support/command-line.ts";
import { parameterStore, type Parameters } from "../../support/parameters.ts";

const now = new Date("2026-11-24T12:00:00Z");
const mine =
  '{"verb":"rollback","who":"ann","host":"desk","pid":7,"numbering":"host","since":"2026-11-24T12:00:00.000Z"}';
const holder = (parts: Partial<ThisProcess> = {}) =>
  JSON.stringify({
    verb: "up",
    who: "bob",
    host: "build-3",
    pid: 5,
    numbering: "host",
    since: "2026-11-24T11:30:00.000Z",
    ...parts,
  });
const gone = holder({ who: "ann", host: "desk" });

/** Takes the lock for a `rollback` in Ann's process 7. */
function args(answers: Answers, parts: Partial<LockArgs> = {}) {
  const [warned, done] = [[] as string[], [] as unknown[]];
  const around = { now: () => now, self, warn: (line: string) => void warned.push(line) };
  const { ssm } = stubClients(answers, done);
  return { args: { names, ssm, verb: "rollback", around, ...parts }, warned, done };
}

const inStore = ({ versions }: Parameters) => versions.get(names.verbLock)?.at(-1);
const failure = async (act: Promise<unknown>): Promise<string> => {
  const error: unknown = await act.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return (error as Error).message;
};

describe("the lock of an environment", () => {
  it("is a parameter that says who is changing it, and is deleted at the end, also after a failure", async () => {
    const store = parameterStore();
    const { args: lock, warned } = args(store.answers);
    const seen = await withLock(lock, () => Promise.resolve(inStore(store)));
    const failed = await failure(withLock(lock, () => Promise.reject(new Error("AWS is away"))));
    expect([seen, failed, inStore(store), warned]).to.deep.equal([mine, "AWS is away", undefined, []]);
  });

  it("is refused while another verb holds it: on another host, of another user, or still running; it stays with its holder", async () => {
    const others = [
      holder(),
      holder({ who: "ann" }),
      holder({ host: "desk" }),
      holder({ who: "ann", host: "desk", numbering: "pid:[4026532201]" }),
      holder({ who: "ann", host: "desk", pid: 7 }),
      "by hand",
    ];
    const refused = [];
    for (const value of others) {
      const store = parameterStore({ [names.verbLock]: value });
      refused.push(await failure(takeLock(args(store.answers).args)));
      expect(inStore(store)).to.equal(value);
    }
    const rest = "is changing it now; wait until that has ended, or give --break-lock if it no longer runs";
    const since = "since 2026-11-24 11:30:00 UTC";
    expect(refused).to.deep.equal([
      `staging: \`up\` of bob on build-3 (process 5, ${since}) ${rest}`,
      `staging: \`up\` of ann on build-3 (process 5, ${since}) ${rest}`,
      `staging: \`up\` of bob on desk (process 5, ${since}) ${rest}`,
      `staging: \`up\` of ann on desk (process 5, ${since}) ${rest}`,
      `staging: \`up\` of ann on desk (process 7, ${since}) ${rest}`,
      `staging: "by hand" ${rest}`,
    ]);
  });

  it("is taken over from an ended process of this user, and from anyone with --break-lock", async () => {
    const told = [];
    for (const [value, breakLock] of [
      [gone, false],
      [holder(), true],
      ["by hand", true],
    ] as const) {
      const store = parameterStore({ [names.verbLock]: value });
      const { args: lock, warned } = args(store.answers, { breakLock });
      told.push([await withLock(lock, () => Promise.resolve(inStore(store))), inStore(store), ...warned]);
    }
    expect(told).to.deep.equal([
      [
        mine,
        undefined,
        "staging: `up` of ann on desk (process 5, since 2026-11-24 11:30:00 UTC) no longer runs and has not released the lock; the lock is taken over",
      ],
      [
        mine,
        undefined,
        "staging: the lock of `up` of bob on build-3 (process 5, since 2026-11-24 11:30:00 UTC) is broken",
      ],
      [mine, undefined, 'staging: the lock of "by hand" is broken'],
    ]);
  });

  it("is taken if its holder releases it between two requests", async () => {
    const store = parameterStore({ [names.verbLock]: holder() });
    const { GetParameter } = store.answers;
    const letsGo = (input: never) => {
      store.versions.delete(names.verbLock);
      return GetParameter?.(input);
    };
    await takeLock(args({ ...store.answers, GetParameter: letsGo }).args);
    expect(inStore(store)).to.equal(mine);
  });

  it("goes to the first of two verbs that take it over at the same time; the other one restores that holder", async () => {
    const theirs = holder({ who: "ann", host: "desk", pid: 7 });
    const meanwhile = async (first: (store: Parameters) => void): Promise<[string, string | undefined]> => {
      const store = parameterStore({ [names.verbLock]: gone });
      let looked = false;
      const GetParameter = async (input: never): Promise<unknown> => {
        const found = await store.answers["GetParameter"]?.(input);
        if (!looked) first(store);
        looked = true;
        return found;
      };
      return [await failure(takeLock(args({ ...store.answers, GetParameter }).args)), inStore(store)];
    };
    const refused =
      "staging: `up` of ann on desk (process 7, since 2026-11-24 11:30:00 UTC) is changing it now; wait until that has ended, or give --break-lock if it no longer runs";
    expect([
      await meanwhile(({ versions }) => versions.set(names.verbLock, [gone, theirs])),
      // Another verb took it over and ended, and a third one has begun.
      await meanwhile(({ versions }) => versions.set(names.verbLock, [theirs])),
    ]).to.deep.equal([
      [refused, theirs],
      [refused, theirs],
    ]);
  });

  it("stays with a verb that has broken it, and is left to the next verb if it cannot be deleted", async () => {
    const store = parameterStore();
    const { args: lock, warned, done } = args(store.answers);
    await withLock(lock, () => {
      store.versions.set(names.verbLock, [holder()]);
      return Promise.resolve();
    });
    const away = args({
      ...parameterStore().answers,
      DeleteParameter: () => {
        throw awsError("AccessDeniedException", "no");
      },
    });
    await withLock(away.args, () => Promise.resolve());
    expect([inStore(store), done.length, warned, away.warned]).to.deep.equal([
      holder(),
      1,
      ["staging: another verb has taken the lock meanwhile; look with `npm run release -- status`"],
      [
        "/shop/staging/.release/lock: it could not be deleted; the next verb takes it over: AWS: no; use credentials that have that permission, or ask for it",
      ],
    ]);
  });
});

describe("the process that a verb runs in", () => {
  it("knows whether another process still runs", () => {
    const { pid, runs } = thisProcess();
    // The largest id that Linux gives is 4194304 (man 5 proc, pid_max).
    expect([pid, runs(pid), runs(1), runs(4_194_305)]).to.deep.equal([process.pid, true, true, false]);
  });
});
