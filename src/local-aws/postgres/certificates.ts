import "reflect-metadata"; // @peculiar/x509 needs it loaded first
import { randomBytes, webcrypto } from "node:crypto";
import { chmod, link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";

const keys = { name: "ECDSA", namedCurve: "P-256" } as const;
const signing = { name: "ECDSA", hash: "SHA-256" } as const;
const day = 24 * 60 * 60 * 1000;

/** The certificate authority of one local AWS: what the RDS certificate bundle is to AWS. */
export interface CertificateAuthority {
  /** PEM file with the authority's certificate: for `--ca-file`, libpq's `sslrootcert`, `NODE_EXTRA_CA_CERTS`. */
  readonly caFile: string;
  /** A new key and certificate, both PEM, for a server that answers to these host names and addresses. */
  issue(names: readonly string[]): Promise<{ readonly key: string; readonly certificate: string }>;
}

/** The authority kept in `directory`, made on first use. Many may ask at the same time: all get the same one. */
export async function openCertificateAuthority(directory: string): Promise<CertificateAuthority> {
  await mkdir(directory, { recursive: true });
  const store = join(directory, "certificate-authority.pem");
  const authority = await readAuthority(await keepFirst(store, 0o600, createAuthority));
  const caFile = join(directory, "ca.pem");
  await keepFirst(caFile, 0o644, async () => authority.certificate.toString("pem"));
  return { caFile, issue: (names) => issueCertificate(authority, names) };
}

interface Authority {
  readonly certificate: X509Certificate;
  readonly privateKey: webcrypto.CryptoKey;
}

/** What is in the file `path`, or else `make()`, kept there. `link` is atomic where `writeFile` is not: of many, one is first. */
async function keepFirst(path: string, mode: number, make: () => Promise<string>): Promise<string> {
  const kept = await readFile(path, "utf8").catch(() => undefined);
  if (kept !== undefined) return kept;
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  await writeFile(draft, await make(), { mode });
  await chmod(draft, mode);
  await link(draft, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  await rm(draft);
  return readFile(path, "utf8");
}

async function createAuthority(): Promise<string> {
  const pair = await webcrypto.subtle.generateKey(keys, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...validity(),
    name: "CN=bedrock-chat-migrate local AWS",
    keys: pair,
    signingAlgorithm: signing,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  return `${await privateKeyPem(pair.privateKey)}\n${certificate.toString("pem")}\n`;
}

async function readAuthority(stored: string): Promise<Authority> {
  const [key, certificate] = PemConverter.decode(stored);
  if (!key || !certificate) throw new Error("The local certificate authority's file holds no key and certificate.");
  const privateKey = await webcrypto.subtle.importKey("pkcs8", key, keys, false, ["sign"]);
  return { certificate: new X509Certificate(certificate), privateKey };
}

async function issueCertificate(authority: Authority, names: readonly string[]) {
  const pair = await webcrypto.subtle.generateKey(keys, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.create({
    ...validity(),
    subject: `CN=${names[0] ?? "localhost"}`,
    issuer: authority.certificate.subject,
    publicKey: pair.publicKey,
    signingKey: authority.privateKey,
    signingAlgorithm: signing,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(
        names.map((name) => ({ type: isIP(name) === 0 ? "dns" : "ip", value: name }) as const),
      ),
    ],
  });
  return { key: await privateKeyPem(pair.privateKey), certificate: certificate.toString("pem") };
}

function validity() {
  const serialNumber = `00${randomBytes(15).toString("hex")}`;
  return { serialNumber, notBefore: new Date(Date.now() - day), notAfter: new Date(Date.now() + 365 * day) };
}

async function privateKeyPem(key: webcrypto.CryptoKey): Promise<string> {
  return PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY");
}
