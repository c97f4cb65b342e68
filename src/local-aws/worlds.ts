import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { LocalClock } from "./clock.ts";
import type { PostgresInstallation } from "./postgres/installation.ts";
import { RoleSessions } from "./role-sessions.ts";
import { newCloudFormationState } from "./services/cloudformation-state.ts";
import { newDmsState } from "./services/dms/state.ts";
import { newEcsState } from "./services/ecs/state.ts";
import { newEc2State } from "./services/ec2-state.ts";
import { type IamState, newIamState } from "./services/iam-state.ts";
import { stopAllServers } from "./services/rds/cluster-server.ts";
import { newRdsState } from "./services/rds/state.ts";
import { newSchedulerState } from "./services/scheduler/state.ts";
import { newSecretsState } from "./services/secrets-manager-state.ts";
import type { Variants } from "./variants.ts";
import type { World } from "./world.ts";

/** What the worlds of one local AWS have in common. */
export interface WorldParts {
  readonly directory: string;
  readonly clock: LocalClock;
  readonly variants: Readonly<Variants>;
  readonly postgres: PostgresInstallation;
  /** Where they are served, once they are. */
  readonly endpoint: () => string;
}

/** The worlds of one local AWS: one for each account and Region that a call names, made when it is first named. */
export class Worlds {
  readonly sessions: RoleSessions = new RoleSessions();
  readonly #parts: WorldParts;
  readonly #worlds = new Map<string, World>();
  /** IAM is global: the Regions of an account share its roles. */
  readonly #iamOf = new Map<string, IamState>();
  readonly #work = new Set<Promise<void>>();
  readonly #failures: string[] = [];

  constructor(parts: WorldParts) {
    this.#parts = parts;
  }

  of(accountId: string, region: string): World {
    const name = `${accountId}-${region}`;
    const world = this.#worlds.get(name) ?? this.#make(accountId, region, name);
    this.#worlds.set(name, world);
    return world;
  }

  /** What work in the background has failed with; the ends that stopping puts to it are none. */
  get failures(): readonly string[] {
    return this.#failures;
  }

  /** Ends all waits, servers and work, and waits for their end. */
  async stop(): Promise<void> {
    this.#parts.clock.stop();
    const worlds = [...this.#worlds.values()];
    await Promise.all(worlds.map(stopAllServers));
    await Promise.allSettled(this.#work);
    await Promise.all(worlds.map(stopAllServers)); // work that was about to start one has ended by now
  }

  #make(accountId: string, region: string, name: string): World {
    const directory = join(this.#parts.directory, name);
    mkdirSync(directory);
    chmodSync(directory, 0o711); // the servers' user goes through it, whatever this process's umask is
    const place = { accountId, region };
    const iam = this.#iamOf.get(accountId) ?? newIamState();
    this.#iamOf.set(accountId, iam);
    return {
      ...place,
      directory,
      clock: this.#parts.clock,
      variants: this.#parts.variants,
      postgres: this.#parts.postgres,
      rds: newRdsState(place),
      dms: newDmsState(),
      secrets: newSecretsState(),
      iam,
      ec2: newEc2State(),
      ecs: newEcsState(),
      cloudformation: newCloudFormationState(),
      scheduler: newSchedulerState(),
      neighbours: () =>
        [...this.#worlds.values()].filter((other) => other.region === region && other.accountId !== accountId),
      pipes: new Map(),
      endpoint: this.#parts.endpoint,
      sessions: this.sessions,
      background: (what, work) => {
        this.#keep(what, work());
      },
    };
  }

  #keep(what: string, work: Promise<void>): void {
    const kept = work
      .catch((error: unknown) => {
        if (error instanceof Error && error.name === "AbortError") return;
        this.#failures.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
      })
      .finally(() => this.#work.delete(kept));
    this.#work.add(kept);
  }
}
