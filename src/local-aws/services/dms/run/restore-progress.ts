/** How many tables a `pg_restore --verbose` of rows is done with. */
export interface RestoredTables {
  readonly loaded: number;
  readonly errored: number;
}

/**
 * Counts by what `pg_restore --verbose` says, line by line: the beginning of a table (`processing data for table`), an error
 * (`from TOC entry 12; 0 16391 TABLE DATA …`), and the end (`finished item 12 TABLE DATA …`), which it tells with several jobs only;
 * a single one has ended when the next begins, or all have (`errors ignored on restore: 1`).
 */
export function restoreProgress(): (line: string) => RestoredTables {
  const finished = new Set<string>();
  const errored = new Set<string>();
  let latest: string | undefined;
  let parallel = false;
  return (line) => {
    parallel ||= line.includes(": entering main parallel loop");
    const [, begun] = /: processing data for table (.+)$/.exec(line) ?? [];
    const [, bad] = /: from TOC entry (\d+); .* TABLE DATA /.exec(line) ?? [];
    const [, ended] = /: finished item (\d+) TABLE DATA /.exec(line) ?? [];
    const isLast = line.includes(": errors ignored on restore: ");
    if (parallel) {
      if (bad !== undefined) errored.add(bad);
      if (ended !== undefined) finished.add(ended);
    } else {
      if (bad !== undefined && latest !== undefined) errored.add(latest);
      if ((begun !== undefined || isLast) && latest !== undefined) finished.add(latest);
      latest = begun ?? latest;
    }
    return { loaded: [...finished].filter((table) => !errored.has(table)).length, errored: errored.size };
  };
}
