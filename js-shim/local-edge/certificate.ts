/** The certificate of a site by HTTPS: one that is given, or one that is made for this machine and kept nowhere. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSecureContext } from "node:tls";
import { InputError, systemError } from "../cli/input-error.js";

export interface Certificate {
  /** PEM; the first is the site's own. */
  readonly cert: Buffer;
  readonly key: Buffer;
}

const NAMES = ["localhost", "127.0.0.1"];
/** As long as browsers take a certificate for. */
const DAYS = 90;

/** Reads the two files. */
export function certificateOf(cert: string, key: string): Certificate {
  const read = (file: string): Buffer => {
    try {
      return readFileSync(file);
    } catch (error) {
      throw systemError(file, error);
    }
  };
  const pair = { cert: read(cert), key: read(key) };
  try {
    createSecureContext(pair);
  } catch (error) {
    throw new InputError(`cannot be used with ${key}: ${error instanceof Error ? error.message : String(error)}`, { where: cert, help: "--cert and --key are a certificate and its own key, as PEM" });
  }
  return pair;
}

/** By mkcert, whose certificates browsers trust once `mkcert -install` has run, else by openssl. */
export function madeCertificate(): Certificate {
  const folder = mkdtempSync(join(tmpdir(), "selvedge-https-"));
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  const subject = `subjectAltName=${NAMES.map((name) => `${/^[\d.]+$/.test(name) ? "IP" : "DNS"}:${name}`).join(",")}`;
  const ways: readonly (readonly [tool: string, args: readonly string[]])[] = [
    ["mkcert", ["-cert-file", cert, "-key-file", key, ...NAMES]],
    ["openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", String(DAYS), "-subj", `/CN=${NAMES[0]}`, "-addext", subject, "-keyout", key, "-out", cert]],
  ];
  try {
    const failures: string[] = [];
    for (const [tool, args] of ways) {
      try {
        execFileSync(tool, args, { stdio: "pipe" });
        return { cert: readFileSync(cert), key: readFileSync(key) };
      } catch (error) {
        failures.push((error as NodeJS.ErrnoException).code === "ENOENT" ? `there is no ${tool}` : `${tool} failed`);
      }
    }
    throw new InputError(`no certificate could be made: ${failures.join(", and ")}`, { help: "install mkcert or openssl, or give --cert FILE and --key FILE" });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
