import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";

/** From the top down: a folder may import those below it, and itself. `.` is the vocabulary in src itself. */
const layers = [
  "commands",
  "rehearse",
  "iam-policy",
  "steps",
  "verify",
  "re-embed",
  "stack",
  "resources",
  "provision",
  "database",
  "aws",
  "terminal",
  ".",
] as const;

/** Files of src itself that belong to the command line, not to the vocabulary. */
const commandLine = new Set(["cli.ts", "run-command-line.ts", "settings.ts", "explain-error.ts"]);

const files = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => ({ name, text: readFileSync(join("src", name), "utf8") }));

function importsOf(file: { readonly name: string; readonly text: string }): string[] {
  const found = file.text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+\.ts)"/g);
  return [...found].map(([, path]) => normalize(join(dirname(file.name), path ?? "")));
}

const layerOf = (name: string): string => (name.includes("/") ? (name.split("/")[0] ?? ".") : ".");

test("imports only point downwards", () => {
  const upward = files
    .filter((file) => layerOf(file.name) !== "local-aws" && !commandLine.has(file.name))
    .flatMap((file) =>
      importsOf(file)
        .filter((imported) => {
          const [from, to] = [layerOf(file.name), layerOf(imported)].map((layer) =>
            layers.indexOf(layer as (typeof layers)[number]),
          );
          const startsTheLocalAws = layerOf(imported) === "local-aws" && layerOf(file.name) === "rehearse";
          return !startsTheLocalAws && (to === undefined || from === undefined || to < from);
        })
        .map((imported) => `${file.name} imports ${imported}`),
    );
  // Types of the layers below are part of the Context, and nothing else is.
  expect(upward.filter((line) => !line.startsWith("context.ts imports aws/clients.ts"))).toEqual([]);
});

test("the local AWS knows nothing of the product, so that it cannot share its mistakes", () => {
  const leaks = files
    .filter((file) => layerOf(file.name) === "local-aws")
    .flatMap((file) =>
      importsOf(file)
        .filter((imported) => layerOf(imported) !== "local-aws")
        .map((imported) => `${file.name} imports ${imported}`),
    );
  expect(leaks).toEqual([]);
});

test("files stay small, and are named for what they hold", () => {
  const long = files.filter((file) => file.text.split("\n").length > 301).map((file) => file.name);
  const vague = files.filter((file) => /(^|\/)(index|utils?|helpers?|common|lib|misc)\.ts$/.test(file.name));
  expect({ long, vague: vague.map((file) => file.name) }).toEqual({ long: [], vague: [] });
});

test("nothing but the command line ends the process", () => {
  const ending = files.filter((file) => file.text.includes("process.exit(")).map((file) => file.name);
  expect(ending).toEqual(["cli.ts"]);
});

test("the big EC2 client and the PostgreSQL driver are not loaded to print help", () => {
  const eager = files
    .filter(
      (file) => file.name === "cli.ts" || file.name === "run-command-line.ts" || layerOf(file.name) === "commands",
    )
    .flatMap((file) => [...file.text.matchAll(/^import (?!type)[^;]*? from "([^"]+)"/gm)].map(([, from]) => from ?? ""))
    .filter((from) => from.startsWith("@aws-sdk") || from === "pg" || from.includes("/steps/"));
  expect(eager).toEqual([]);
});
