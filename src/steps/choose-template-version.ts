import { compareVersions } from "./choose-engine-version.ts";

/** What v1's template names (upstream, tags v1.0.0 to v1.4.0). */
export const templateVersion = "15.3";

/** Where it stands, in all of those tags. */
const line = "cdk/lib/constructs/vectorstore.ts, line 46";

export interface TemplateChoice {
  /** The version to deploy v1 with; undefined where none fits. */
  readonly version: string | undefined;
  readonly reason: string;
  readonly remedy: string;
}

/**
 * The engine version to write into v1's template: the one that stands there, or, where that cannot be created (any more) or is below the old
 * cluster's, the lowest available that is below neither. Data is only moved into the same or a newer version. Pure.
 */
export function chooseTemplateVersion(clusterVersion: string, available: readonly string[]): TemplateChoice {
  const low = compareVersions(clusterVersion, templateVersion) > 0;
  const fitting = available
    .filter((one) => compareVersions(one, templateVersion) >= 0 && compareVersions(one, clusterVersion) >= 0)
    .toSorted(compareVersions);
  const [version] = fitting;
  const why = low
    ? `v1's template names ${templateVersion}, older than the cluster's ${clusterVersion}: its data could not be moved there.`
    : `v1's template names ${templateVersion}, which cannot be created here any more: the deploy would fail.`;
  if (version === undefined)
    return {
      version,
      reason: `${why} Nothing that is available would do: ${available.join(", ")}.`,
      remedy: `Choose a Region that has version ${low ? clusterVersion : templateVersion} or later.`,
    };
  const [major] = version.split(".");
  return {
    version,
    reason: why,
    remedy: [
      `In ${line}, in place of rds.AuroraPostgresEngineVersion.VER_15_3, write:`,
      `rds.AuroraPostgresEngineVersion.of("${version}", "${major}")`,
      ...(fitting.length > 1 ? [`Available as well: ${fitting.slice(1).join(", ")}.`] : []),
    ].join("\n"),
  };
}
