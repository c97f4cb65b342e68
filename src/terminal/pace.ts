/** How much was done at a time (milliseconds of any clock), and of which phase. */
export interface Sample {
  readonly at: number;
  readonly done: number;
  readonly phase?: string | undefined;
}

/** How fast something goes, and how long the rest takes at this rate. */
export interface Pace {
  readonly perSecond: number;
  /** Undefined where the total is not known. */
  readonly msLeft: number | undefined;
}

/** The pace is that of the last minute: a load that slows down must not be told by its first hour. */
const windowMs = 60_000;
/** Samples closer together than this tell nothing more. */
const resolutionMs = 250;
/** A pace that is taken from less time than this is noise. */
const enoughMs = 500;

/**
 * The samples that the pace is computed from, with a new one. Each phase begins anew; time before its first step, and a minute without
 * any, do not count.
 */
export function observe(samples: readonly Sample[], seen: Sample): readonly Sample[] {
  const before = samples.at(-1);
  const kept = samples.filter((sample) => sample.at >= seen.at - windowMs);
  const first = kept[0];
  if (before === undefined || first === undefined || seen.phase !== before.phase) return [seen];
  if (seen.done < before.done || seen.done === first.done) return [seen];
  const beforeThat = kept.at(-2);
  const close = beforeThat !== undefined && before.at - beforeThat.at < resolutionMs;
  return [...(close ? kept.slice(0, -1) : kept), seen];
}

/** The pace that samples show; undefined while they show none, and at the end. A total of zero is one that is not known. */
export function paceOf(samples: readonly Sample[], total: number): Pace | undefined {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || last.at - first.at < enoughMs) return undefined;
  if (total > 0 && last.done >= total) return undefined;
  const perSecond = ((last.done - first.done) * 1000) / (last.at - first.at);
  return { perSecond, msLeft: total > 0 ? ((total - last.done) / perSecond) * 1000 : undefined };
}
