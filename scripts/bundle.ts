import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build, type Metafile, type Plugin } from "esbuild";

/** The folder of the built command. */
export const dist = "dist";

/**
 * Bundles the command and every package that it uses into `dist/`, split so that a verb loads its own part only, and gives esbuild's
 * account of what is in which file. Without `write` the account is all that is made: the same sources give the same names.
 */
export async function bundle({ write }: { readonly write: boolean }): Promise<Metafile> {
  const { metafile } = await build({
    entryPoints: [
      { in: "src/cli.ts", out: "cli" },
      // What the local AWS starts as an embedding task: it loads a tenth of the command.
      { in: "src/local-aws/embedding/embedding-task.ts", out: "embedding-task" },
    ],
    outdir: dist,
    chunkNames: "parts/[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    // The SDK's modules, not their CommonJS twins: only those are split, and keep their exports behind a dynamic import.
    mainFields: ["module", "main"],
    // CommonJS packages ask for Node's own modules with `require`, which a module does not have.
    banner: {
      js: 'import { createRequire as requireOf } from "node:module"; const require = (id) => requireOf(import.meta.url)(id);',
    },
    // dynalite keeps its tables in memory. `level` is for tables on disk: native code, which a bundle cannot hold.
    alias: { level: "memory-level" },
    // pg does without it where it is not installed.
    external: ["pg-native"],
    plugins: [quickStringWidth, wholeFileNames],
    // Node compiles what it loads at each start: this saves a twentieth of the time to the first call of AWS. Identifiers stay, and
    // lines that are not endless: names of error classes are told, and the stack in the report of a defect must lead somewhere.
    minifyWhitespace: true,
    minifySyntax: true,
    lineLimit: 160,
    legalComments: "none", // the licences are in THIRD-PARTY-LICENSES.txt
    logLevel: "warning",
    metafile: true,
    write,
  });
  return metafile;
}

/**
 * yargs measures its help by string-width, which builds tables of emoji as soon as it is loaded: half of what `--help` took. The other
 * one looks at a character when it meets it.
 */
const quickStringWidth: Plugin = {
  name: "quick-string-width",
  setup(building) {
    const path = fileURLToPath(import.meta.resolve("fast-string-width"));
    building.onResolve({ filter: /^string-width$/ }, ({ importer }) =>
      /node_modules\/(yargs|cliui|wrap-ansi)\//.test(importer) ? { path } : undefined,
    );
  },
};

/** dynalite requires its operations by a name that it puts together, without the ending that esbuild knows them by. */
const wholeFileNames: Plugin = {
  name: "whole-file-names",
  setup(building) {
    building.onLoad({ filter: /node_modules\/dynalite\/index\.js$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const contents = text.replaceAll(/require\((['"]\.\/\w+\/['"] \+ action)\)/g, "require($1 + '.js')");
      return contents === text
        ? { errors: [{ text: "dynalite requires its operations in another way" }] }
        : { contents };
    });
  },
};
