/** Rows of rooms, in their order; rooms in one row do not import each other. */
type Rows = readonly (readonly string[])[];

/**
 * The rooms (folders) of each package, in the order in which one may import another: a file imports from its own folder
 * and from those in earlier rows, never from another one in the same row or a later one. A room may itself have rooms.
 * ESLint enforces this, and a test checks that every folder is listed here.
 */
export const rooms: Readonly<Record<string, Rows>> = {
  build: [["verdict"], ["kit"], ["code", "release"]],
  components: [
    ["kit"],
    ["network", "application"],
    ["data", "balancer"],
    ["service"],
    ["pipeline"],
    ["build"],
    ["watching"],
  ],
  compose: [["tree"], ["shape"], ["files", "support"], ["keys"], ["task"]],
  "local-cloud": [
    ["kit"],
    ["access", "events"],
    ["endpoint", "ecs", "codebuild", "codepipeline", "servers"],
    ["provider"],
  ],
  "local-cloud/ecs": [["kit"], ["balancing", "definitions"], ["tasks"], ["services"]],
  "local-cloud/provider": [["kit"], ["resources"]],
  rehearsal: [["kit"], ["local"], ["any"], ["aws"], ["example"], ["prove"]],
  scripts: [
    ["kit"],
    ["pulumi", "people"],
    ["compose", "verb"],
    ["look", "init"],
    ["guard"],
    ["status", "parameters", "tasks"],
    ["release", "doctor"],
    ["rollback", "up", "rehearse"],
  ],
  settings: [["table"]],
  testing: [["policy"]],
};

/** For each room, the rooms that it must not import. */
export function forbidden(rows: Rows): readonly { readonly room: string; readonly others: readonly string[] }[] {
  return rows.flatMap((row, index) =>
    row.map((room) => ({
      room,
      others: rows
        .slice(index)
        .flat()
        .filter((other) => other !== room),
    })),
  );
}
