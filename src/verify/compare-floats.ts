/** A float32 as it is compared: as PostgreSQL writes it, which is exact, and its bits in hexadecimal. */
export interface Float32 {
  readonly value: string;
  readonly bits: string;
}

const view = new DataView(new ArrayBuffer(4));

function bitsOf(value: string): number {
  view.setFloat32(0, Number(value));
  return view.getUint32(0);
}

/** A float32 from its text. Pure. */
export function float32(value: string): Float32 {
  return { value, bits: bitsOf(value).toString(16).padStart(8, "0") };
}

/** Whether two float32, as text, have the same bits: -0 is not 0. Pure. */
export function sameFloat(a: string, b: string): boolean {
  return a === b || bitsOf(a) === bitsOf(b);
}

/**
 * The distance of two float32 in units in the last place: 1 for neighbours, 0 from -0 to 0. By their bits as integers, which grow as the
 * values do, mirrored for negative ones. Pure.
 */
export function ulpDistance(a: string, b: string): number {
  return Math.abs(ordered(bitsOf(a)) - ordered(bitsOf(b)));
}

function ordered(bits: number): number {
  const sign = 0x8000_0000;
  return bits >= sign ? -(bits - sign) : bits;
}
