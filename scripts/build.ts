import { rm } from "node:fs/promises";
import { build } from "esbuild";

/** Builds `dist/`: the command, split so that each verb loads its own part only. Packages are loaded from node_modules. */
await rm("dist", { recursive: true, force: true });
await build({
  entryPoints: ["src/cli.ts"],
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  packages: "external",
  logLevel: "warning",
});
