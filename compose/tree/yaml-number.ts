/**
 * The number that Compose's YAML library reads from a plain scalar where YAML 1.2 has a text or another number:
 * underscores, binary digits, and a leading zero for octal numbers. NaN for a date; undefined if it is not such a
 * number.
 */
export function numberOf(written: string): number | undefined {
  // A date, which Compose writes as a timestamp.
  if (/^\d{4}-\d{1,2}-\d{1,2}([Tt\s].*)?$/.test(written)) return NaN;
  const plain = written.replaceAll("_", "");
  const [, sign = "", digits = ""] = /^([-+]?)(0b[01]+|0x[0-9a-f]+|0o[0-7]+|\d+)$/i.exec(plain) ?? [];
  if (digits === "" || written.startsWith("_")) return undefined;
  const octal = /^0[0-7]+$/.test(digits) ? `0o${digits}` : digits;
  return (sign === "-" ? -1 : 1) * Number(octal.toLowerCase());
}

/** Whether Compose writes a number in the same way as the file, so that its text is known. */
export function isCanonical(written: string): boolean {
  const number = Number(written);
  if (!/^-?(0|[1-9]\d*)(\.\d*[1-9])?$/.test(written)) return false;
  if (written.includes(".")) return String(number) === written && Math.abs(number) >= 1e-4 && Math.abs(number) < 1e20;
  return BigInt(written) < 2n ** 64n && BigInt(written) >= -(2n ** 63n);
}
