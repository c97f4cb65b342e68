/** Where a step tells what it is doing. On stderr: a live list on a terminal, one plain line a change elsewhere. */
export interface Progress {
  /** One line that stays. */
  say(line: string): void;
  /**
   * Something that goes on for a while. Begin it with `using`: one that a throw has left takes itself out of the live list, and its last
   * state stays as a line there.
   */
  begin(name: string, state?: string): Task;
}

/** Something that goes on. What is told after its end is not heard. */
export interface Task extends Disposable {
  /** Told as `name: text`, once a change: a wait may tell each state that it sees. */
  state(text: string): void;
  /** How far it is, told as often as it is looked at: who draws it decides how often that is said, and computes rate and time left. */
  measure(measure: Measure): void;
  /** It has ended well. The text, or the last measure, stays as a line; without one it goes without a word. */
  end(last?: string | Measure): void;
  /** It has ended badly: why stays as a line. */
  fail(why: string): void;
}

/** How much of something is done. */
export interface Measure {
  /** What is being done now, where there are several of it one after the other: rate and time left begin anew with each. */
  readonly phase?: string | undefined;
  readonly done: number;
  /** Zero where it is not known. */
  readonly total: number;
  /** What is counted, as a plural: `rows`. */
  readonly unit: string;
  /** What else is to be told, for example a status. */
  readonly detail?: string | undefined;
  /** Milliseconds that the rest takes, where who measures knows better than the pace of the last minute: then no rate is told. */
  readonly msLeft?: number | undefined;
}
