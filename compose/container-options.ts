import type { Container } from "./container.ts";
import { field, flag } from "./fields.ts";
import { labelsOf } from "./labels.ts";
import { capabilitiesOf, openFilesOf, systemControlsOf } from "./linux.ts";
import { loggingOf } from "./logging.ts";
import { processorOf } from "./platform.ts";
import { present } from "./present.ts";
import type { Report } from "./problem.ts";
import type { Restart } from "./restart.ts";
import type { Mapping } from "./tree.ts";

/** What few containers have. */
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
