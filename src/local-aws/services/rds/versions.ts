/**
 * Versions of Aurora PostgreSQL, oldest first (a choice from the Aurora release notes). They are what the API says; the real server
 * behind every cluster is the PostgreSQL that this machine has, whatever its version.
 */
export const releasedVersions: readonly string[] = Object.entries({
  14: [9, 10, 11, 12, 13, 15, 17],
  15: [3, 4, 5, 6, 7, 8, 10, 12],
  16: [1, 2, 3, 4, 6, 8],
}).flatMap(([major, minors]) => minors.map((minor) => `${major}.${minor}`));

/** `15` of `15.12`. */
export function majorOf(version: string): number {
  return Number(version.split(".")[0]);
}

/** Negative when `a` is older than `b`: `15.3` is older than `15.12`. */
export function compareVersions(a: string, b: string): number {
  const [minorA, minorB] = [a, b].map((version) => Number(version.split(".")[1] ?? 0));
  return majorOf(a) - majorOf(b) || (minorA ?? 0) - (minorB ?? 0);
}

/** The parameter group family of a version: `aurora-postgresql15`. */
export function familyOf(version: string): string {
  return `aurora-postgresql${majorOf(version)}`;
}

/** `default.aurora-postgresql15`: the group that AWS makes for each family, and that nobody can change. */
export function defaultGroupName(family: string): string {
  return `default.${family}`;
}

/**
 * The Region's default version, taken where a request names none: the newest of the second newest major version, since AWS moves its
 * default to a new major version late.
 */
export function defaultVersion(available: readonly string[]): string {
  const majors = [...new Set(available.map(majorOf))].toSorted((a, b) => a - b);
  const major = majors.at(-2) ?? majors.at(-1);
  return available.filter((version) => majorOf(version) === major).at(-1) ?? "";
}

/**
 * Capacity range of Serverless v2 in ACUs (Aurora User Guide, "How Aurora Serverless v2 works"); a minimum of 0 means that the
 * cluster can pause.
 */
export function serverlessCapacity(version: string): { MinCapacity: number; MaxCapacity: number } {
  const major = majorOf(version);
  const isAtLeast = (versions: Readonly<Record<number, string>>) =>
    compareVersions(version, versions[major] ?? `${major}.0`) >= 0;
  return {
    MinCapacity: isAtLeast({ 14: "14.12", 15: "15.7", 16: "16.3" }) ? 0 : 0.5,
    MaxCapacity: isAtLeast({ 14: "14.10", 15: "15.5", 16: "16.1" }) ? 256 : 128,
  };
}

/** First and last day of standard and extended support (Aurora PostgreSQL release notes, release calendar for major versions). */
export const supportedMajors: readonly {
  readonly major: string;
  readonly standard: readonly [start: string, end: string];
  readonly extended: readonly [start: string, end: string];
}[] = [
  { major: "14", standard: ["2022-06-20", "2027-02-28"], extended: ["2027-03-01", "2030-02-28"] },
  { major: "15", standard: ["2023-02-23", "2028-02-29"], extended: ["2028-03-01", "2031-02-28"] },
  { major: "16", standard: ["2024-01-31", "2029-02-28"], extended: ["2029-03-01", "2032-02-29"] },
];
