import {
  destroyAll,
  firstUp,
  loseContainer,
  releaseByHand,
  releasePushed,
  releaseUnderTraffic,
  rollBack,
  settle,
  upAgain,
  type Walk,
} from "./journey.ts";

/** What is known of an application when its steps are chosen. */
export interface Facts {
  /** Whether a load balancer is in front of it. */
  readonly http: boolean;
}

/** One step of a rehearsal, as data. */
export interface Step {
  readonly title: (facts: Facts) => string;
  /** Whether the quick rehearsal has it. */
  readonly quick: boolean;
  /** Whether it ends the environment, so that nothing is left to look at. @default - false */
  readonly ends?: boolean;
  readonly run: (walk: Walk, facts: Facts) => Promise<void>;
}

/** A commit that every application survives: it changes no file, and has a new tag. */
const emptyCommit = { message: "Rehearsed once more", fails: false, edits: [] };

const afterwards = ({ http }: Facts): string => (http ? "serving" : "steady with its images");

/** The steps of a rehearsal of any application, in their order; each needs those before it. */
const steps: readonly Step[] = [
  { title: () => "up from nothing", quick: true, run: firstUp },
  {
    title: (facts) => `push of HEAD → ${afterwards(facts)}`,
    quick: true,
    run: (walk) => releasePushed(walk),
  },
  {
    title: () => "up without a change → nothing but the number of tasks that the first release has set",
    quick: false,
    run: async (walk) => {
      if ((await settle(walk)) > 0) await upAgain(walk);
    },
  },
  {
    title: (facts) =>
      facts.http
        ? "push of an empty commit under traffic → serving, nothing lost"
        : `push of an empty commit → ${afterwards(facts)}`,
    quick: false,
    run: async (walk, { http }) => {
      const path = (await walk.place.healthPath()) ?? "/";
      if (http) await releaseUnderTraffic(walk, emptyCommit, { perSecond: 20, path });
      else await releasePushed(walk, emptyCommit);
    },
  },
  { title: () => "a container killed → replaced", quick: false, run: (walk) => loseContainer(walk) },
  {
    title: (facts) => `rollback → ${afterwards(facts)}, up changes nothing; resume, and the newer commit again`,
    quick: false,
    run: async (walk) => {
      const newer = walk.serving;
      await rollBack(walk);
      await releaseByHand(walk, newer, false);
    },
  },
  { title: () => "destroy → nothing is left", quick: false, ends: true, run: destroyAll },
];

/** Which steps a person has asked for. */
export interface Wanted {
  /** Only what leads to the first release. */
  readonly quick: boolean;
  /** Without the step that ends the environment. */
  readonly keep: boolean;
}

/** Runs the steps of a rehearsal one after the other; the first that fails ends it. */
export async function walkThrough(walk: Walk, { quick, keep }: Wanted): Promise<void> {
  for (const step of steps.filter((one) => (one.quick || !quick) && !(keep && one.ends === true))) {
    const facts = { http: walk.place.address() !== undefined };
    await walk.told.step(step.title(facts), () => step.run(walk, facts));
  }
}
