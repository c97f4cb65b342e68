import { execFileSync } from "node:child_process";

/** Vitest's global set-up of the end-to-end tests: they run the command as it is built from these sources. */
export function setup(): void {
  execFileSync("node_modules/.bin/tsx", ["scripts/build.ts"], { stdio: "inherit" });
}
