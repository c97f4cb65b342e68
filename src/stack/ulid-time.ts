import { decodeTime } from "ulid";

/** When an id was made, to the millisecond; null for one that is no ULID. */
export function ulidTime(id: string | null): Date | null {
  if (id === null || !/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(id)) return null;
  return new Date(decodeTime(id));
}
