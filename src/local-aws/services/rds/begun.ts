/**
 * A change that RDS has accepted. `resource` shows it at once; `finish` does the work and walks the status to its end. A handler
 * leaves `finish` to `world.background`, whoever seeds a world awaits it.
 */
export interface Begun<T> {
  readonly resource: T;
  readonly finish: () => Promise<void>;
}
