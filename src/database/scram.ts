import { createHash, createHmac, pbkdf2Sync, randomBytes, randomInt } from "node:crypto";

/**
 * The verifier that PostgreSQL stores for a password (RFC 5803's form, 4096 iterations). Sent in place of the password, it keeps the
 * password out of the server's log. Only for passwords that SASLprep leaves alone, as those of `newPassword` are.
 */
export function scramVerifier(password: string, salt: Buffer = randomBytes(16)): string {
  const iterations = 4096;
  const salted = pbkdf2Sync(password, salt, iterations, 32, "sha256");
  const hmac = (text: string) => createHmac("sha256", salted).update(text).digest();
  const storedKey = createHash("sha256").update(hmac("Client Key")).digest("base64");
  const serverKey = hmac("Server Key").toString("base64");
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${storedKey}:${serverKey}`;
}

/** A password of 32 letters and digits: the alphabet that RDS, DMS and connection strings all take (190 bits). */
export function newPassword(): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  return Array.from({ length: 32 }, () => letters[randomInt(letters.length)]).join("");
}
