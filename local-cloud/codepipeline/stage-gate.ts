/** A run; a higher number means a more recent run. */
export interface Ticket {
  readonly id: string;
  readonly number: number;
}

/** The gate of a stage: the run in the stage, the run that waits, and whether the stage may be entered. */
export interface StageGate {
  readonly inside?: Ticket;
  readonly waiting?: Ticket;
  readonly disabled: boolean;
}

/** The result of a change at the gate: its new state, the run that enters now, and the run that is superseded. */
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

/** A run that failed in the stage enters it again for a retry; a disabled transition does not hold it. */
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
