import { encodeTime } from "ulid";
import type { Random } from "./random.ts";

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** When the deployment's first bot was made: all times of the seeded data count from here. */
export const epoch = Date.UTC(2024, 0, 15, 9, 0, 0);

/** The ULID of a moment (milliseconds since 1970): 26 characters, its 80 random bits from `random`. */
export function ulidAt(time: number, random: Random): string {
  return encodeTime(time, 10) + random.text(crockford, 16);
}
