/** What the program did, for the document that it prints. */
export interface Notes {
  /** Operations that were answered with success, by the service's signing name. */
  readonly operations: Record<string, string[]>;
  readonly lists: Record<string, { pages: number; items: number }>;
  readonly waiters: string[];
  readonly errors: string[];
}

export function newNotes(): Notes {
  return { operations: {}, lists: {}, waiters: [], errors: [] };
}

/** A middleware of a client that notes every operation that is answered with success. */
export function noting(service: string, notes: Notes) {
  const names = (notes.operations[service] ??= []);
  return <Call, Answer>(next: (call: Call) => Promise<Answer>, context: { readonly commandName?: string }) =>
    async (call: Call): Promise<Answer> => {
      const answer = await next(call);
      const name = (context.commandName ?? "").replace(/Command$/, "");
      if (!names.includes(name)) names.push(name);
      return answer;
    };
}

/** All items of a list, by one of the SDK's own paginators; where more than five are expected, in more than one page. */
export async function everything<Page, Item>(
  notes: Notes,
  list: { name: string; pages: AsyncIterable<Page>; itemsOf: (page: Page) => Item[] | undefined; atLeast: number },
): Promise<Item[]> {
  const items: Item[] = [];
  let pages = 0;
  for await (const page of list.pages) {
    items.push(...(list.itemsOf(page) ?? []));
    pages += 1;
  }
  notes.lists[list.name] = { pages, items: items.length };
  require(items.length >= list.atLeast, `${list.name} gives ${items.length} items, not ${list.atLeast} or more`);
  require(list.atLeast <= 5 || pages > 1, `${list.name} gives ${items.length} items in ${pages} page`);
  return items;
}

/** What is done must be refused with this exception of the SDK's own. */
export async function refused(
  notes: Notes,
  Exception: abstract new (...args: never[]) => Error,
  call: () => Promise<unknown>,
): Promise<void> {
  try {
    await call();
  } catch (error) {
    require(error instanceof Exception, `refused with ${String(error)}, which is no ${Exception.name}`);
    notes.errors.push(Exception.name);
    return;
  }
  throw new Error(`not refused with ${Exception.name}`);
}

/** Looks until there is something to see. The SDK has waiters for some things only. */
export async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 120_000;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    require(Date.now() < deadline, `${what}: not within two minutes`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export function require(claim: boolean, otherwise: string): asserts claim {
  if (!claim) throw new Error(otherwise);
}

/** What an answer must hold. */
export function present<T>(value: T | undefined, what: string): T {
  require(value !== undefined, `an answer lacks ${what}`);
  return value;
}
