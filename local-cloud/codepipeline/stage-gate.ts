/** A run on its way through the stages; a higher number is a more recent one. */
export interface Ticket {
  readonly id: string;
  readonly number: number;
}

/** The entrance of a stage: who is in it, who waits before it, and whether it may be entered. */
export interface StageGate {
  readonly inside?: Ticket;
  readonly waiting?: Ticket;
  readonly disabled: boolean;
}

/** What a change at the gate does: its new state, who enters now, and who goes no further. */
export interface GateChange {
  readonly gate: StageGate;
  readonly enters?: Ticket;
  readonly superseded?: Ticket;
}

// The rules are those of "How pipeline executions work", CodePipeline user guide: a stage holds one run and is locked
// while it does; a run that waits before it is superseded by a more recent one; a failure releases the lock.

/** A run comes to the stage. */
export function arrive(gate: StageGate, ticket: Ticket): GateChange {
  const { waiting } = gate;
  if (waiting === undefined) return settle({ ...gate, waiting: ticket });
  const [older, newer] = waiting.number < ticket.number ? [waiting, ticket] : [ticket, waiting];
  return { ...settle({ ...gate, waiting: newer }), superseded: older };
}

/** A run that failed in the stage is in it again for a retry; that it has entered before, no transition changes. */
export function reenter(gate: StageGate, ticket: Ticket): GateChange {
  return { gate: { ...gate, inside: ticket } };
}

/** A run leaves the stage or stops waiting for it. */
export function depart(gate: StageGate, id: string): GateChange {
  const { inside, waiting, disabled } = gate;
  return settle({
    disabled,
    ...(inside === undefined || inside.id === id ? {} : { inside }),
    ...(waiting === undefined || waiting.id === id ? {} : { waiting }),
  });
}

/** The transition into the stage is switched on or off. */
export function setTransition(gate: StageGate, enabled: boolean): GateChange {
  return settle({ ...gate, disabled: !enabled });
}

function settle(gate: StageGate): GateChange {
  const { inside, waiting, disabled } = gate;
  if (disabled || inside !== undefined || waiting === undefined) return { gate };
  return { gate: { disabled, inside: waiting }, enters: waiting };
}
