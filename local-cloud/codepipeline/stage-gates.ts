import { arrive, depart, reenter, setTransition } from "./stage-gate.ts";
import type { GateChange, StageGate, Ticket } from "./stage-gate.ts";

/** The gates of a pipeline's stages, and the runs that wait at them. */
export interface StageGates {
  /** Resolves when the run is in the stage (true), or when it will never be (false). */
  readonly enter: (stageName: string, ticket: Ticket) => Promise<boolean>;
  /** Puts a run back into the stage where it failed. */
  readonly reenter: (stageName: string, ticket: Ticket) => void;
  readonly leave: (stageName: string, id: string) => void;
  /** Ends the waiting of a run, at whichever stage it waits. */
  readonly dismiss: (id: string) => void;
  readonly setTransition: (stageName: string, enabled: boolean) => void;
  readonly waitingBefore: (stageName: string) => string | undefined;
}

/** Gates that are all open, without runs. */
export function stageGates(): StageGates {
  const gates = new Map<string, StageGate>();
  const waiting = new Map<string, (entered: boolean) => void>();
  const gateOf = (stageName: string): StageGate => gates.get(stageName) ?? { disabled: false };
  const admit = (id: string, entered: boolean): void => {
    waiting.get(id)?.(entered);
    waiting.delete(id);
  };
  const apply = (stageName: string, { gate, enters, superseded }: GateChange): void => {
    gates.set(stageName, gate);
    if (superseded !== undefined) admit(superseded.id, false);
    if (enters !== undefined) admit(enters.id, true);
  };
  return {
    enter: (stageName, { id, number }) =>
      new Promise((resolve) => {
        waiting.set(id, resolve);
        apply(stageName, arrive(gateOf(stageName), { id, number }));
      }),
    reenter: (stageName, { id, number }) => {
      apply(stageName, reenter(gateOf(stageName), { id, number }));
    },
    leave: (stageName, id) => {
      apply(stageName, depart(gateOf(stageName), id));
    },
    dismiss: (id) => {
      for (const [stageName, gate] of gates) if (gate.waiting?.id === id) apply(stageName, depart(gate, id));
      admit(id, false);
    },
    setTransition: (stageName, enabled) => {
      apply(stageName, setTransition(gateOf(stageName), enabled));
    },
    waitingBefore: (stageName) => gates.get(stageName)?.waiting?.id,
  };
}
