import type { WireAnswer } from "../protocol/protocol.ts";
import type { World } from "../world.ts";
import { deliver, pipesFrom, type StreamItem } from "./pipes/deliver.ts";
import type { Pipe } from "./pipes/state.ts";

type Input = Readonly<Record<string, unknown>>;

/** An item that a request writes. */
interface Written {
  readonly table: string;
  readonly key: StreamItem;
}

/** How requests are made of the server behind. */
export interface StreamedTable {
  /** Makes the caller's request. */
  write(): Promise<WireAnswer>;
  /** Reads an item; `undefined` where there is none. */
  read(table: string, key: StreamItem): Promise<StreamItem | undefined>;
}

/**
 * Stands in for the streams of DynamoDB, which dynalite does not have: writes to tables whose stream a pipe reads are made one after the
 * other, and what has changed goes to the pipes. A write that changes nothing is no record (developer guide, "Change data capture").
 */
export class TableStreams {
  #last: Promise<unknown> = Promise.resolve();

  async pass(world: World, request: { operation: string; input: Input }, at: StreamedTable): Promise<WireAnswer> {
    const written = itemsWritten(request.operation, request.input).flatMap((item) =>
      pipesFrom(world, item.table).map((pipe) => ({ ...item, pipe })),
    );
    if (written.length === 0) return at.write();
    const turn = this.#last.then(() => writeAndDeliver(world, written, at));
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

async function writeAndDeliver(
  world: World,
  written: readonly (Written & { readonly pipe: Pipe })[],
  at: StreamedTable,
): Promise<WireAnswer> {
  const before = await Promise.all(written.map(({ table, key }) => at.read(table, key)));
  const answer = await at.write();
  const after = await Promise.all(written.map(({ table, key }) => at.read(table, key)));
  for (const [index, { pipe }] of written.entries()) {
    const item = after[index];
    if (item !== undefined && JSON.stringify(item) !== JSON.stringify(before[index])) deliver(world, pipe, item);
  }
  return answer;
}

function itemsWritten(operation: string, input: Input): Written[] {
  const table = String(input["TableName"]);
  if (operation === "UpdateItem") return [{ table, key: input["Key"] as StreamItem }];
  if (operation === "PutItem") return [{ table, key: keyOf(input["Item"]) }];
  if (operation !== "BatchWriteItem") return [];
  return Object.entries((input["RequestItems"] ?? {}) as Record<string, { PutRequest?: { Item?: unknown } }[]>).flatMap(
    ([name, requests]) =>
      requests.flatMap(({ PutRequest: put }) => (put ? [{ table: name, key: keyOf(put.Item) }] : [])),
  );
}

/** The stack's table, the only one with a stream, has the key PK, SK. */
function keyOf(item: unknown): StreamItem {
  const { PK, SK } = (item ?? {}) as StreamItem;
  return { PK, SK };
}
