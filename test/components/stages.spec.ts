import { expect } from "chai";
import { approveStage } from "../../components/stages.ts";

describe("a stage of the pipeline", () => {
  it("waits for a person, with the commit before their eyes, and needs no permission for it", () => {
    expect(approveStage()).to.deep.equal({
      declaration: {
        name: "Approve",
        actions: [
          {
            name: "Approve",
            category: "Approval",
            owner: "AWS",
            provider: "Manual",
            version: "1",
            configuration: {
              CustomData:
                "Release #{SourceVariables.CommitId} of #{SourceVariables.BranchName}: #{SourceVariables.CommitMessage}",
            },
          },
        ],
      },
      statements: [],
    });
  });
});
