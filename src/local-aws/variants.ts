/** One thing that AWS's documentation leaves open: its values, the first one the default, and what each of them means. */
interface OpenFact {
  readonly about: string;
  readonly values: Readonly<Record<string, string>>;
}

/** What the documentation of DMS leaves open, as switches of the local AWS: a product is to work, or to refuse, under each value. */
export const openFacts = {
  "status-spelling": {
    about: "How DataMigrationStatus is spelled",
    values: { hyphenated: "load-running", console: "Load running", "upper-snake": "LOAD_RUNNING" },
  },
  "full-load-end": {
    about: "The status of a full load that is complete; only stopped has a StopReason",
    values: { stopped: "stopped", "load-complete": "load complete", completed: "completed, a word of no list" },
  },
  "restore-noise": {
    about: "Errors of pg_restore in the schema (must be owner of extension vector) but 'already exists'",
    values: { tolerated: "do not count where the tables are there", fatal: "fail the data migration" },
  },
  "secondary-indexes": {
    about: "The source's secondary indexes, of tables that the target has already",
    values: { kept: "the target's own stay as they are", recreated: "are restored before rows are loaded" },
  },
  "subscription-after-stop": {
    about: "What Stop and Delete do to the subscription and its slot; the publication stays",
    values: { kept: "leave them, disabled", dropped: "drop them: nothing can be resumed" },
  },
  "target-replication": {
    about: "Whether types with cdc need wal_level = logical on the target, too",
    values: { "not-required": "no", required: "yes" },
  },
  "full-load-wal-level": {
    about: "Whether a full load needs wal_level = logical on the source",
    values: { unchecked: "no", checked: "yes" },
  },
  "describe-filters": {
    about: "The Filters of DescribeDataMigrations",
    values: { honoured: "do", ignored: "all are answered", refused: "are an InvalidParameterValueException" },
  },
  "rule-filters": {
    about: "Selection rules with filters",
    values: { refused: "are refused", ignored: "take every row" },
  },
  "default-preparation": {
    about: "The table preparation mode where none is sent",
    values: { "drop-tables-on-target": "drop", truncate: "truncate", "do-nothing": "do nothing" },
  },
  "truncate-scope": {
    about: "Which tables the mode truncate empties",
    values: { selected: "those that the selection rules take", all: "all of the target database" },
  },
} as const satisfies Record<string, OpenFact>;

type OpenFacts = typeof openFacts;

/** The name of a variant. */
export type VariantName = keyof OpenFacts;

/** The values of a variant. */
export type VariantValue<Name extends VariantName> = Extract<keyof OpenFacts[Name]["values"], string>;

/** The value that each variant has in one local AWS. */
export type Variants = { -readonly [Name in VariantName]: VariantValue<Name> };

/** Every variant at its first value. */
export const defaultVariants: Readonly<Variants> = readVariants([]);

/**
 * Reads settings like `status-spelling=console`, several of them in one text with commas between, the last one of a name counting.
 * Throws an Error that lists what there is for an unknown name or value.
 */
export function readVariants(settings: readonly string[]): Variants {
  const chosen: Record<string, string> = Object.fromEntries(
    Object.keys(openFacts).map((name) => [name, valuesOf(name)?.[0] ?? ""]),
  );
  const pairs = settings.flatMap((setting) => setting.split(",")).map((pair) => pair.trim());
  for (const pair of pairs.filter((one) => one !== "")) {
    const [name = "", value] = pair.split("=", 2);
    const values = valuesOf(name);
    if (values === undefined) throw new Error(`There is no variant "${name}". There are:\n${listed()}`);
    if (value === undefined || !values.includes(value))
      throw new Error(`The variant ${name} has no value "${value ?? ""}". It is one of: ${values.join(", ")}.`);
    chosen[name] = value;
  }
  return chosen as Variants;
}

/** The values of a variant, the default first; undefined for a name that is none. */
function valuesOf(name: string): string[] | undefined {
  return Object.hasOwn(openFacts, name) ? Object.keys(openFacts[name as VariantName].values) : undefined;
}

function listed(): string {
  return Object.keys(openFacts)
    .map((name) => `  ${name}: ${valuesOf(name)?.join(", ") ?? ""}`)
    .join("\n");
}
