/** Whether the name of a variable or an option says that its value is a host: `REDIS_HOST`, `PGHOST`, `--host`. */
export function isHostKey(key: string): boolean {
  return /(host|hostname|hosts|addr|address|endpoint|upstream|brokers?)$/i.test(key);
}

/** The hosts that a whole value names, one or several. */
export function hostsIn(value: string): readonly string[] {
  return value.split(/[\s,;]+/).map((part) => part.replace(/:\d+$/, ""));
}

const url = /:\/\/(?:[^\s/?#@"']*@)?([a-z0-9][\w.-]*)/gi;
const withPort = /(?<![\w./:-])([A-Za-z0-9][\w.-]*):(\d{2,5})(?!\w)/g;
const setting = /(?<![\w-])(-{0,2}\w[\w-]*)=([A-Za-z0-9][\w.-]*)(?=$|[\s;,&"')])/g;

/**
 * The hosts in a text: in a URL, before a port, or after `host=`. A number after a colon counts as a port if the service
 * of that name has this port, or if it is 80 or more: `postgres:15` is an image.
 */
export function addressesIn(text: string, portsOf: (name: string) => readonly number[]): readonly string[] {
  const isPort = (name: string, port: number): boolean => port >= 80 || portsOf(name).includes(port);
  return [
    ...[...text.matchAll(url)].map(([, host = ""]) => host),
    ...[...text.matchAll(withPort)].flatMap(([, name = "", port]) => (isPort(name, Number(port)) ? [name] : [])),
    ...[...text.matchAll(setting)].flatMap(([, key = "", host = ""]) => (isHostKey(key) ? [host] : [])),
  ];
}

/** The hosts among the words of a command: after `--host` or `-h`, or before a port that is a separate word. */
export function optionHosts(words: readonly string[], portsOf: (name: string) => readonly number[]): readonly string[] {
  return words.flatMap((word, at) => {
    const [before = "", after = ""] = [words[at - 1], words[at + 1]];
    const named = before === "-h" || (before.startsWith("--") && isHostKey(before));
    const port = /^\d{2,5}$/.test(after) ? Number(after) : 0;
    return named || port >= 80 || portsOf(word).includes(port) ? [word] : [];
  });
}
