/** COPY's binary signature, flags and header extension (PostgreSQL, COPY, "Binary Format"). */
export const copyHeader: Buffer = Buffer.concat([Buffer.from("PGCOPY\n\xff\r\n\0", "latin1"), Buffer.alloc(8)]);

/** COPY's binary file trailer: a field count of -1. */
export const copyTrailer: Buffer = Buffer.from([0xff, 0xff]);

/** One row in COPY's binary format: texts as UTF-8, vectors as pgvector's `vector_recv` reads them, null for NULL. */
export function encodeRow(fields: readonly (string | Float32Array | null)[]): Buffer {
  const encoded = fields.map((field) => (typeof field === "string" ? Buffer.from(field) : field));
  const row = Buffer.allocUnsafe(2 + encoded.reduce((sum, field) => sum + 4 + sizeOf(field), 0));
  let offset = row.writeInt16BE(fields.length, 0);
  for (const field of encoded) {
    offset = row.writeInt32BE(field === null ? -1 : sizeOf(field), offset);
    if (Buffer.isBuffer(field)) offset += field.copy(row, offset);
    else if (field !== null) offset = writeVector(row, offset, field);
  }
  return row;
}

function sizeOf(field: Buffer | Float32Array | null): number {
  if (field === null) return 0;
  return Buffer.isBuffer(field) ? field.length : 4 + field.byteLength;
}

/** Two 16-bit numbers, the dimension and 0, then each element as a big-endian float. */
function writeVector(row: Buffer, offset: number, vector: Float32Array): number {
  row.writeInt16BE(vector.length, offset);
  row.writeInt16BE(0, offset + 2);
  const elements = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
  const start = offset + 4;
  elements.copy(row, start);
  row.subarray(start, start + elements.length).swap32();
  return start + elements.length;
}
