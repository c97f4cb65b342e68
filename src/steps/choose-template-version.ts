import { commandFor } from "../command-for.ts";
import { compareVersions } from "../database/compare-versions.ts";

/** Where v1's template names its version, as VER_15_3 in all of upstream's tags from v1.0.0 to v1.4.0. */
const line = "cdk/lib/constructs/vectorstore.ts, line 46";

export interface TemplateChoice {
  /** Whether v1 can be deployed with the template as it is, and the data be moved there. */
  readonly fits: boolean;
  readonly reason: string;
  readonly remedy: string;
}

/**
 * Whether v1's template can be deployed with the engine version that it names, and if not, which one to write there: the lowest that can be
 * created, and is below neither the template's nor the old cluster's, since data is moved into the same or a newer version only. Pure.
 */
export function chooseTemplateVersion(
  template: string,
  clusterVersion: string,
  available: readonly string[],
  stack: string,
): TemplateChoice {
  const low = compareVersions(clusterVersion, template) > 0;
  if (!low && available.includes(template))
    return { fits: true, reason: `v1's template names ${template}, which can be created.`, remedy: "" };
  const [version, ...others] = available
    .filter((one) => compareVersions(one, template) >= 0 && compareVersions(one, clusterVersion) >= 0)
    .toSorted(compareVersions);
  const why = low
    ? `v1's template names ${template}, older than the cluster's ${clusterVersion}: its data could not be moved there.`
    : `v1's template names ${template}, which cannot be created here (any more): the deploy would fail.`;
  if (version === undefined)
    return {
      fits: false,
      reason: `${why} Nothing that is available would do: ${available.join(", ")}.`,
      remedy: `Choose a Region that has version ${low ? clusterVersion : template} or later.`,
    };
  return {
    fits: false,
    reason: why,
    remedy: [
      `In ${line}, write in place of the version that stands there (rds.AuroraPostgresEngineVersion.VER_15_3):`,
      `  rds.AuroraPostgresEngineVersion.of("${version}", "${version.split(".")[0]}")`,
      `Then say so: ${commandFor("prepare", { stack }, "--template-version", version)}`,
      ...(others.length > 0 ? [`Available as well: ${others.join(", ")}.`] : []),
    ].join("\n"),
  };
}
