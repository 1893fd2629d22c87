/** What a drawing is made for. */
export interface Look {
  /** Columns of the terminal. */
  readonly columns: number;
  /** Whether it shows colours, and nobody has set NO_COLOR. */
  readonly colour: boolean;
}

/** Lines to be drawn, each in at most as many columns as there are. */
export type Drawing = (look: Look) => readonly string[];
