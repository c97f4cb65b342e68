/** Every item of a paged operation, page by page: `fetch` is given the token of the page before. */
export async function allPages<Item>(
  fetch: (token: string | undefined) => Promise<{ items: readonly Item[] | undefined; next: string | undefined }>,
): Promise<Item[]> {
  const all: Item[] = [];
  let token: string | undefined;
  do {
    const page = await fetch(token);
    all.push(...(page.items ?? []));
    token = page.next === "" ? undefined : page.next;
  } while (token !== undefined);
  return all;
}
