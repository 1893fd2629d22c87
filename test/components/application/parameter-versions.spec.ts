import { expect } from "chai";
import { parameterVersions, type ParameterVersionsArgs } from "../../../components/application/parameter-versions.ts";
import { Refusal } from "../../../components/kit/refusal.ts";
import { refusal, startCloud } from "../../support/cloud.ts";

const getParameter = "aws:ssm/getParameter:getParameter";

const versionsOf = (args: Partial<ParameterVersionsArgs>) =>
  parameterVersions({ path: "/shop/staging", existing: {}, configured: {}, ...args });

/** A store that holds the given parameters: name → value and version. */
const storeOf = (stored: Readonly<Record<string, readonly [string, number]>>) =>
  startCloud({
    answers: {
      [getParameter]: ({ name }) => {
        const [value, version] = stored[String(name)] ?? [];
        if (version === undefined) throw refusal(`reading SSM Parameter (${String(name)}): couldn't find resource`);
        return { name, value, version };
      },
    },
  });

describe("the versions of parameters", () => {
  it("are those in Parameter Store if someone else sets the value", async () => {
    await storeOf({ "/shared/token": ["", 7] });
    expect(await versionsOf({ existing: { TOKEN: "/shared/token" } })).to.deep.equal({ TOKEN: 7 });
  });

  it("are the next ones if this `up` sets another value, and the first for a parameter that it creates", async () => {
    await storeOf({ "/shop/staging/KEPT": ["same", 3], "/shop/staging/CHANGED": ["old", 3] });
    expect(await versionsOf({ configured: { KEPT: "same", CHANGED: "new", MADE: "new" } })).to.deep.equal({
      CHANGED: 4,
      KEPT: 3,
      MADE: 1,
    });
  });

  it("are decided by a pattern if the whole value is known only once its resource exists", async () => {
    await storeOf({ "/shop/staging/KEPT": ["x@host-1/db", 3], "/shop/staging/CHANGED": ["y@host-1/db", 3] });
    const pattern = /^x@[\w-]+\/db$/;
    expect(await versionsOf({ expected: { KEPT: pattern, CHANGED: pattern, MADE: pattern } })).to.deep.equal({
      CHANGED: 4,
      KEPT: 3,
      MADE: 1,
    });
  });

  it("refuses parameters that do not exist, all at once, and reads no value of those", async () => {
    const asked: unknown[] = [];
    await startCloud({
      answers: {
        [getParameter]: (inputs) => {
          asked.push(inputs);
          if (inputs["name"] === "/there") return { name: "/there", version: 1 };
          throw refusal("reading SSM Parameter (/gone): operation error SSM: GetParameter, ParameterNotFound: ");
        },
      },
    });
    const failure = await versionsOf({ existing: { B: "/gone", A: "/away", C: "/there" } }).catch(
      (error: unknown) => error,
    );
    expect(failure instanceof Refusal ? failure.message.split("\n") : failure).to.deep.equal([
      "A: Parameter Store has no /away",
      "B: Parameter Store has no /gone",
      "set each with `npm run release -- parameters set VARIABLE --stack STACK`, or set secrets:VARIABLE",
    ]);
    expect(asked).to.have.deep.members(["/away", "/gone", "/there"].map((name) => ({ name, withDecryption: false })));
  });

  it("are not guessed if AWS refuses to show the parameters", async () => {
    await startCloud({
      answers: {
        [getParameter]: () => {
          throw refusal("AccessDeniedException: not authorized to perform ssm:GetParameter");
        },
      },
    });
    const failure = await versionsOf({ existing: { A: "/there" } }).catch((error: unknown) => String(error));
    expect(failure).to.equal("Error: AccessDeniedException: not authorized to perform ssm:GetParameter");
  });
});
