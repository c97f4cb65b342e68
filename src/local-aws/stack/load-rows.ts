import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Client } from "pg";
import { from } from "pg-copy-streams";
import { copyHeader, copyTrailer, encodeRow } from "./copy-encoder.ts";
import type { ItemRow } from "./rows.ts";

const chunkBytes = 256 * 1024;

/** Loads rows by binary COPY, as fast as the server takes them and no faster: memory stays flat. Tells how many are sent. */
export async function loadRows(client: Client, rows: Iterable<ItemRow>, onSent: (rows: number) => void): Promise<void> {
  const sink = client.query(from("COPY items (id, botid, content, source, embedding) FROM STDIN (FORMAT binary)"));
  await pipeline(Readable.from(chunksOf(rows, onSent)), sink);
}

function* chunksOf(rows: Iterable<ItemRow>, onSent: (rows: number) => void): Generator<Buffer> {
  let parts: Buffer[] = [copyHeader];
  let bytes = 0;
  let sent = 0;
  for (const row of rows) {
    const encoded = encodeRow(row);
    parts.push(encoded);
    bytes += encoded.length;
    sent += 1;
    if (bytes < chunkBytes) continue;
    yield Buffer.concat(parts);
    onSent(sent);
    parts = [];
    bytes = 0;
  }
  yield Buffer.concat([...parts, copyTrailer]);
  onSent(sent);
}
