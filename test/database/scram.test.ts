import { expect, test } from "vitest";
import { newPassword, scramVerifier } from "../../src/database/scram.ts";

test("the verifier is PostgreSQL's own for the same password and salt", () => {
  // Made by PostgreSQL 15.18: SET password_encryption = 'scram-sha-256'; CREATE ROLE r PASSWORD 'pencil'; SELECT rolpassword …
  const known =
    "SCRAM-SHA-256$4096:zWfb62Y+OpVqCaqlzDNesQ==$tjGhWWfpZP687lVaj/ZLDso1tFHG2EopwRm+HgbIDIg=:gysRLjgtdOAyhsr5BmNA7Y8x4oJ7lsa8+cIQl/aPWKM=";
  const salt = Buffer.from(/:(.*?)\$/.exec(known)?.[1] ?? "", "base64");
  expect(scramVerifier("pencil", salt)).toBe(known);
});

test("passwords are 32 letters and digits, and never the same", () => {
  const passwords = Array.from({ length: 100 }, newPassword);
  for (const password of passwords) expect(password).toMatch(/^[A-Za-z0-9]{32}$/);
  expect(new Set(passwords).size).toBe(100);
});
