/** Rooms side by side in a row, the rows in their order. */
type Rows = readonly (readonly string[])[];

/**
 * The folders of each package that has rooms, in the order in which one may import another: a file imports its own
 * folder and those in earlier rows, never one that stands in the same row or a later one. A room may have rooms in turn.
 * ESLint enforces it, and a test holds that every folder is named here.
 */
export const rooms: Readonly<Record<string, Rows>> = {
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
  scripts: [
    ["kit"],
    ["pulumi", "people"],
    ["compose", "verb"],
    ["look"],
    ["guard"],
    ["status", "parameters", "tasks"],
    ["release", "doctor"],
    ["rollback", "up"],
  ],
};

/** For each room, those that it must not import. */
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
