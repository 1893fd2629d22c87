import { expect } from "chai";
import { addBelow, commentOut, noteAbove, unfolded } from "../../../scripts/init/edits.ts";

const compose = `services:
  # The server.
  web:
    image: a # pinned
    privileged: true # why
    volumes:
      - .:/app
      - data:/data
    command: |
      run a
      run b
`;

describe("commentOut", () => {
  it("turns a pair into comments below the reason, and keeps all other lines", () => {
    expect(commentOut(compose, compose.indexOf("privileged"), "Fargate runs none")).to.equal(
      compose.replace("    privileged: true # why\n", "    # init: Fargate runs none\n    # privileged: true # why\n"),
    );
  });

  it("turns an item into comments, and the whole list if no item is left", () => {
    const one = commentOut(compose, compose.indexOf(".:/app"), "no directories");
    expect(one).to.include("    volumes:\n      # init: no directories\n      # - .:/app\n      - data:/data\n");
    expect(commentOut(one, one.indexOf("data:/data"), "no directories")).to.include(
      "    # init: no directories\n    # volumes:\n    #   - .:/app\n    #   - data:/data\n    command: |\n",
    );
  });

  it("turns a text of several lines into comments", () => {
    expect(commentOut(compose, compose.indexOf("command"), "no")).to.include(
      "    # command: |\n    #   run a\n    #   run b\n",
    );
  });

  it("never takes out a service, and writes only the reason where something else stands in the line", () => {
    const flow = "services:\n  web: { image: a, privileged: true }\n";
    expect(commentOut(flow, flow.indexOf("privileged"), "no")).to.equal(
      "services:\n  # init: no\n  web: { image: a, privileged: true }\n",
    );
  });

  it("keeps an anchor that others need, and leaves it empty", () => {
    const anchors =
      "x-needs: &needs\n  db:\n    condition: service_started\nservices:\n  web:\n    image: a\n    depends_on:\n      <<: *needs\n";
    expect(commentOut(anchors, anchors.indexOf("db"), "gone")).to.equal(
      anchors.replace(
        "&needs\n  db:\n    condition: service_started\n",
        "&needs {}\n  # init: gone\n  # db:\n  #   condition: service_started\n",
      ),
    );
  });
});

describe("noteAbove", () => {
  it("writes a reason once, never inside a text of several lines", () => {
    const once = noteAbove(compose, compose.indexOf("run b"), "look");
    expect(once).to.equal(compose.replace("    command", "    # init: look\n    command"));
    expect(noteAbove(once, once.indexOf("run b"), "look")).to.equal(once);
  });
});

describe("addBelow", () => {
  it("writes lines as the first ones of a service, as deep as its keys, with the comments of the first key below them", () => {
    const text = "services:\n    web:\n        # The image.\n        image: a\n";
    expect(addBelow(text, ["services", "web"], ["x-ecs:", "  service: web"])).to.equal(
      "services:\n    web:\n        x-ecs:\n          service: web\n        # The image.\n        image: a\n",
    );
  });
});

describe("unfolded", () => {
  it("puts mappings and lists in braces on lines of their own, but not commands, and keeps comments", () => {
    const text =
      '# a\nservices:\n  web: { image: a, ports: ["1:1"] } # b\n  job:\n    image: b\n    command: ["x", "y"]\n';
    expect(unfolded(text)).to.equal(
      '# a\nservices:\n  web:\n    image: a\n    ports:\n      - "1:1"\n    # b\n  job:\n    image: b\n    command: ["x", "y"]\n',
    );
  });

  it("returns a text without braces as it is", () => {
    expect(unfolded(compose)).to.equal(compose);
  });
});
