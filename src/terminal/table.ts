import Table from "cli-table3";

/** A table's cell for a number that is not there. */
export const absent = "-";

/** A table for stdout: cells are padded by display width, so that wide characters line up. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const numeric = head.map((_, column) =>
    rows.every((row) => typeof row[column] === "number" || row[column] === absent),
  );
  const drawn = new Table({
    head: [...head],
    colAligns: numeric.map((right) => (right ? "right" : "left")),
    style: { head: [], border: [], compact: true },
    chars: Object.fromEntries(
      [
        "top",
        "top-mid",
        "top-left",
        "top-right",
        "bottom",
        "bottom-mid",
        "bottom-left",
        "bottom-right",
        "left",
        "left-mid",
        "mid",
        "mid-mid",
        "right",
        "right-mid",
      ].map((edge) => [edge, ""]),
    ),
  });
  for (const row of rows)
    drawn.push(row.map((cell) => (typeof cell === "number" ? cell.toLocaleString("en-US") : cell)));
  return drawn.toString();
}
