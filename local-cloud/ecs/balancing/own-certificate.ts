import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Certificate } from "./balancer.ts";

const run = promisify(execFile);

/**
 * A new key with a self-signed certificate, stored nowhere. ACM's certificates cannot be used here, because ACM never
 * gives out their keys.
 */
export async function ownCertificate(directory: string, host: string): Promise<Certificate> {
  const folder = await mkdtemp(join(directory, "tls-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  const names = ["-subj", `/CN=${host}`, "-addext", `subjectAltName=${isIP(host) === 0 ? "DNS" : "IP"}:${host}`];
  try {
    await run("openssl", ["req", "-x509", ...kind, ...names, "-keyout", key, "-out", cert]).catch(explained);
    return { key: await readFile(key, "utf8"), cert: await readFile(cert, "utf8") };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function explained(error: NodeJS.ErrnoException): never {
  if (error.code !== "ENOENT") throw error;
  throw new Error(
    "openssl: command not found; a load balancer with HTTPS needs it to create a certificate; install openssl",
  );
}
