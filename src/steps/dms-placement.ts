import { z } from "zod";
import type { Context } from "../context.ts";
import { nameInRun } from "../provision/resource.ts";
import type { Run } from "../provision/run.ts";

const note = "dms-placement";

const placementSchema = z.object({
  /** The role that a data migration runs with; a role of the run's own is made when left out. */
  serviceRoleArn: z.string().optional(),
  /** The role that DMS reads both logins with; one is made when left out. */
  secretsRoleArn: z.string().optional(),
  /** Where DMS puts its network interface; the stack's private subnets when left out. */
  subnetIds: z.array(z.string()).optional(),
});

/** What an operator gives DMS instead of what the tool would take by itself. */
export type Placement = z.infer<typeof placementSchema>;

/** What is made with each of them: once that is there, another wish comes late. */
const usedBy = [
  { wish: "serviceRoleArn", flag: "--service-role-arn", kind: "dms-data-migration", suffix: "load" },
  { wish: "secretsRoleArn", flag: "--secrets-role-arn", kind: "dms-migration-project", suffix: "project" },
  { wish: "subnetIds", flag: "--subnet-ids", kind: "dms-subnet-group", suffix: "subnets" },
] as const;

/**
 * What DMS is given: as it is wished, else as it was before in this run. What is made already stays as it is made; a data migration that came
 * to nothing is made anew, with its project.
 */
export function choosePlacement(wishes: Placement, run: Run, { progress }: Pick<Context, "progress">): Placement {
  const noted = placementSchema.safeParse(run.state().notes.get(note)).data ?? {};
  for (const { wish, flag, kind, suffix } of usedBy) {
    const name = nameInRun(run.id, suffix);
    const status = run.state().resources.get(`${kind} ${name}`)?.status;
    const made = status !== undefined && status !== "removed";
    if (wishes[wish] !== undefined && made && String(wishes[wish]) !== String(noted[wish]))
      progress.say(`WARNING: ${kind} ${name} is made already: ${flag} counts only if it has to be made anew.`);
  }
  const given = Object.entries(wishes).filter(([, value]) => value !== undefined);
  return { ...noted, ...Object.fromEntries(given) };
}

/** Notes what DMS is given, before anything is made with it. */
export async function notePlacement(placement: Placement, run: Run): Promise<void> {
  const value = Object.fromEntries(
    Object.entries(placement).flatMap(([key, one]) => (one === undefined ? [] : [[key, one]])),
  );
  if (JSON.stringify(run.state().notes.get(note) ?? {}) !== JSON.stringify(value))
    await run.journal.append({ event: "noted", name: note, value });
}
