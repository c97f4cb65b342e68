import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile, chmod } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { installedPaths } from "./installation.ts";
import type { PostgresInstallation } from "./installation.ts";

/** Extensions that Aurora lets the master user create and pgvector's own control file does not mark as trusted. */
const untrustedElsewhere = "vector";

/**
 * The path of a `postgres` program for which `vector` is a trusted extension, made below `directory` once.
 *
 * Aurora allows its master user, who is no superuser, to create the extensions of its list. PostgreSQL's own word for that is
 * `trusted = true` in the control file (CREATE EXTENSION, "trusted"), which pgvector does not have. A server finds its shared
 * files relative to its own program, so a copy of that one program beside links to everything else and one changed control file
 * does it, and nothing of the installation is altered.
 */
export async function programTrustingVector(installation: PostgresInstallation, directory: string): Promise<string> {
  const { binDirectory } = installation;
  const { sharedir, pkglibdir } = await installedPaths(binDirectory);
  const control = join("extension", `${untrustedElsewhere}.control`);
  const original = await readFile(join(sharedir, control), "utf8");
  if (/^trusted\s*=\s*(true|on|yes)/m.test(original)) return join(binDirectory, "postgres");

  const tree = join(directory, `postgresql-${installation.majorVersion}`);
  const program = join(tree, binDirectory, "postgres");
  if ((await readdir(dirname(program)).catch(() => [])).length > 0) return program;

  await mkdir(directory, { recursive: true });
  const draft = await mkdtemp(join(directory, `.postgresql-${installation.majorVersion}-`));
  await chmod(draft, 0o755);
  await linkAllBut(join(draft, sharedir), sharedir, ["extension"]);
  await linkAllBut(join(draft, sharedir, "extension"), join(sharedir, "extension"), [basename(control)]);
  await writeFile(join(draft, sharedir, control), `${original.trimEnd()}\ntrusted = true\n`, { mode: 0o644 });
  await mkdir(join(draft, binDirectory), { recursive: true });
  await copyFile(join(binDirectory, "postgres"), join(draft, binDirectory, "postgres"));
  await mkdir(join(draft, dirname(pkglibdir)), { recursive: true });
  await symlink(pkglibdir, join(draft, pkglibdir));
  await rename(draft, tree).catch(() => rm(draft, { recursive: true })); // another server of this world was first
  return program;
}

async function linkAllBut(directory: string, original: string, names: readonly string[]): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const entry of await readdir(original)) {
    if (!names.includes(entry)) await symlink(join(original, entry), join(directory, entry));
  }
}
