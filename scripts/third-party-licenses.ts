import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Metafile } from "esbuild";

/**
 * The names, versions and licence texts of all packages of which something is in the bundle; packages of one text share it. Throws for
 * a package that does not say its licence.
 */
export function thirdPartyLicenses(metafile: Metafile): string {
  const byText = new Map<string, string[]>();
  for (const folder of packagesIn(metafile)) {
    const { heading, text } = licenseOf(folder);
    byText.set(text, [...(byText.get(text) ?? []), heading]);
  }
  const rule = "-".repeat(80);
  const parts = [...byText].map(([text, headings]) => [...headings, "", text].join("\n"));
  return [
    "The files in this folder contain code of these packages, each under its own licence.",
    ...parts.toSorted(),
    "",
  ].join(`\n\n${rule}\n\n`);
}

/** Folders of the packages, nested ones included, in the order of their names. */
function packagesIn(metafile: Metafile): string[] {
  const contained = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
  const folders = contained.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []);
  return [...new Set(folders)].toSorted();
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  /** Old packages name its type and its address. */
  readonly license?: string | { readonly type: string };
}

function licenseOf(folder: string): { readonly heading: string; readonly text: string } {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  const kind = typeof license === "object" ? license.type : license;
  const text = licenseFiles(folder) ?? licenseInReadme(folder);
  if (kind === undefined && text === undefined) throw new Error(`${name} ${version} does not say its licence.`);
  return {
    heading: `${name} ${version} (${kind ?? "licence below"})`,
    text: text ?? `The package has no licence text of its own beside the name of the licence, ${kind}.`,
  };
}

function licenseFiles(folder: string): string | undefined {
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
  if (files.length === 0) return undefined;
  const texts = files.toSorted().map((file) => readFileSync(join(folder, file), "utf8").trim());
  return texts.join("\n\n");
}

/** What the README says below a heading "License", to the next heading. */
function licenseInReadme(folder: string): string | undefined {
  const file = readdirSync(folder).find((name) => /^readme/i.test(name));
  if (file === undefined) return undefined;
  const section = /^#+ *licen[cs]e[^\n]*\n(.*?)(?=^#|(?![\s\S]))/ims.exec(readFileSync(join(folder, file), "utf8"));
  return section?.[1]?.trim();
}
