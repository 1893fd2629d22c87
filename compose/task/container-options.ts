import { field, flag } from "../tree/fields.ts";
import { labelsOf } from "../keys/labels.ts";
import { capabilitiesOf, openFilesOf, systemControlsOf } from "../keys/linux.ts";
import { loggingOf } from "../keys/logging.ts";
import { processorOf } from "../keys/platform.ts";
import type { Report } from "../tree/problem.ts";
import type { Restart } from "../keys/restart.ts";
import type { Mapping } from "../tree/tree.ts";
import type { Container } from "./draft.ts";

/** The options that few containers have. */
export function optionsOf(keys: Mapping, restart: Restart | undefined, report: Report): Partial<Container> {
  const isOn = (key: string): boolean | undefined => {
    const value = field(keys, key)?.value;
    return (value && flag(value, `"${key}"`, report)) === true || undefined;
  };
  return present({
    labels: labelsOf(keys, report),
    restart: restart && withoutPlace(restart),
    capabilities: capabilitiesOf(keys, report),
    openFiles: openFilesOf(keys, report),
    systemControls: systemControlsOf(keys, report),
    logging: loggingOf(keys, report),
    processor: processorOf(keys, report),
    interactive: isOn("stdin_open"),
    terminal: isOn("tty"),
  });
}

function withoutPlace({ ignoredExitCodes, attemptPeriodSeconds }: Restart): Omit<Restart, "at"> {
  return present({ ignoredExitCodes, attemptPeriodSeconds });
}

/** The object without keys that are undefined, so that two containers can be compared. */
export function present<T extends object>(value: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as {
    [Key in keyof T]: Exclude<T[Key], undefined>;
  };
}
