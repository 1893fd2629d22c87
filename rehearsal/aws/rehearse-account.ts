import { randomBytes } from "node:crypto";
import type { RehearseOptions } from "../../scripts/for-rehearsal.ts";
import { copyOf } from "../any/copy.ts";
import { valuesIn } from "../any/request.ts";
import { findSubject, uncommittedLines } from "../any/subject.ts";
import { destroyRehearsal } from "./destroy-rehearsal.ts";
import { rehearseOnAws } from "./rehearse-on-aws.ts";

/** Rehearses a program's environment on an account, or destroys what an earlier rehearsal has left; returns the exit code. */
export async function rehearseAccount(options: RehearseOptions): Promise<number> {
  const { stack, folder, quick, keep, envFile, madeUp, account, destroy, say, warn, ask } = options;
  if (destroy !== undefined) return await destroyRehearsal({ name: destroy, say, warn });
  const subject = await findSubject(stack, folder);
  const random = madeUp.map((variable) => [variable, randomBytes(32).toString("hex")] as const);
  const { repository, programRepository } = subject;
  return await rehearseOnAws({
    stack,
    copy: (directory) => copyOf(subject, directory),
    about: [repository, ...(programRepository === undefined ? [] : [programRepository])].flatMap((one) =>
      uncommittedLines(one),
    ),
    given: { ...Object.fromEntries(random), ...(envFile === undefined ? {} : valuesIn(envFile)) },
    account,
    quick,
    keep,
    say,
    warn,
    ask,
  });
}
