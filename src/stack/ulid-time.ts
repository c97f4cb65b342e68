import { decodeTime } from "ulid";

/** When an id was made, to the millisecond; null for one that is no ULID. */
export function ulidTime(id: string | null): Date | null {
  if (id === null || !/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(id)) return null;
  return new Date(decodeTime(id));
}

/** Whether rows whose least id is `first` are all younger than one whose id is `last`. Ids that are no ULIDs carry no time: never. */
export function isOfLaterSync(first: string | null, last: string | null): boolean {
  const [now, before] = [ulidTime(first), ulidTime(last)];
  return now !== null && before !== null && first !== null && last !== null && first > last;
}
