import { ExpectedError } from "../errors.ts";
import type { StartDmsMigrationResult } from "../steps/start-dms-migration.ts";
import type { ProductEnvironment } from "./product-command.ts";
import { step } from "./product-step.ts";
import { type BotSync, syncingDuringLoad } from "./sync-on-local-aws.ts";
import type { UsersAtWork } from "./users-at-work.ts";

/** A load, and what its users do. */
interface LoadInUse {
  readonly flags: readonly string[];
  readonly onExisting: UsersAtWork["onExisting"];
  /** Synced while it runs; none is where it is left out. */
  readonly bot: string | undefined;
}

/** What the command prints with `--json`: its result, or its error, which it also says. */
type Told = StartDmsMigrationResult | { readonly error: { readonly message: string; readonly hint: string } };

/** What the load has come to, and what users did while it ran. */
export interface LoadedInUse {
  readonly loaded: StartDmsMigrationResult;
  readonly synced: readonly BotSync[];
}

/**
 * Loads, with a user at work if there is one. A bot that was synced meanwhile holds the user's rows beside the loaded ones: where nothing
 * was said of such bots, the command ends with exit code 1, and is called again as it asks to be, to keep the user's.
 */
export async function loadWhileUsersWork(
  { flags, onExisting, bot }: LoadInUse,
  endpoint: string,
  product: ProductEnvironment,
): Promise<LoadedInUse> {
  const choice = onExisting === undefined ? [] : ["--on-existing", onExisting];
  const load = ["start-dms-migration", ...flags];
  if (bot === undefined)
    return { loaded: await step<StartDmsMigrationResult>([...load, ...choice], product), synced: [] };
  const mayAsk = onExisting === undefined ? [1] : [];
  const { done, syncs } = await syncingDuringLoad(endpoint, bot, product, () =>
    step<Told>([...load, ...choice], product, mayAsk),
  );
  if (!("error" in done)) return { loaded: done, synced: syncs };
  // Any other failure is one.
  const { message, hint } = done.error;
  if (!hint.includes("--on-existing keep-target")) throw new ExpectedError(message, hint);
  const settled = await step<StartDmsMigrationResult>([...load, "--on-existing", "keep-target"], product);
  return { loaded: settled, synced: syncs };
}
