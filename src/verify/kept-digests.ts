import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import type { GroupDigest, KeptDigests } from "../database/digest-table.ts";

/** A line of the file. Digests and ids, nothing of what users wrote. */
const keptLine = z.object({
  cluster: z.string(),
  key: z.string(),
  groups: z.array(
    z.tuple([z.string().nullable(), z.number(), z.string(), z.string(), z.string().nullable(), z.string().nullable()]),
  ),
});

interface Place {
  readonly position: number;
  readonly length: number;
}

/**
 * Digests of the parts of a cluster's tables in a file of a run's folder: one line a part, on the disk before the next part is begun. What a
 * kill has torn is left out. Only where each line is is held in memory.
 */
export class KeptDigestsFile implements KeptDigests, AsyncDisposable {
  readonly #file: FileHandle;
  readonly #cluster: string;
  readonly #places: Map<string, Place>;
  #end: number;

  private constructor(file: FileHandle, cluster: string, found: { places: Map<string, Place>; end: number }) {
    this.#file = file;
    this.#cluster = cluster;
    this.#places = found.places;
    this.#end = found.end;
  }

  /** Opens the file, which is made where it is not there. Lines of other clusters are not used. */
  static async open(path: string, clusterArn: string): Promise<KeptDigestsFile> {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(path, "a+", 0o600);
    const found = await placesIn(path, clusterArn);
    // What is appended must not be part of a torn line.
    await file.truncate(found.end);
    return new KeptDigestsFile(file, clusterArn, found);
  }

  async find(key: string): Promise<GroupDigest[] | undefined> {
    const place = this.#places.get(key);
    if (place === undefined) return undefined;
    const buffer = Buffer.alloc(place.length);
    await this.#file.read(buffer, 0, place.length, place.position);
    return parsed(buffer.toString("utf8"))?.groups.map(([group, rows, sum1, sum2, first, last]) => ({
      group,
      rows,
      sums: [sum1, sum2],
      first,
      last,
    }));
  }

  async keep(key: string, groups: readonly GroupDigest[]): Promise<void> {
    const lines = groups.map(({ group, rows, sums, first, last }) => [group, rows, ...sums, first, last]);
    const line = Buffer.from(`${JSON.stringify({ cluster: this.#cluster, key, groups: lines })}\n`);
    await this.#file.appendFile(line);
    await this.#file.datasync();
    this.#places.set(key, { position: this.#end, length: line.length - 1 });
    this.#end += line.length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }
}

/** Where the lines of a cluster are, and where the last whole line ends. */
async function placesIn(path: string, cluster: string): Promise<{ places: Map<string, Place>; end: number }> {
  const places = new Map<string, Place>();
  let position = 0;
  let rest = Buffer.alloc(0);
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    rest = Buffer.concat([rest, chunk]);
    for (let length = rest.indexOf("\n"); length >= 0; length = rest.indexOf("\n")) {
      const line = parsed(rest.toString("utf8", 0, length));
      if (line?.cluster === cluster) places.set(line.key, { position, length });
      position += length + 1;
      rest = rest.subarray(length + 1);
    }
  }
  return { places, end: position };
}

function parsed(line: string): z.infer<typeof keptLine> | undefined {
  try {
    return keptLine.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
