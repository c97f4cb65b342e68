import type { Command, CommandOptions } from "../command.ts";
import { cleanupCommand } from "./cleanup.ts";
import { iamPolicyCommand } from "./iam-policy.ts";
import { localAwsCommand } from "./local-aws.ts";
import { prepareCommand } from "./prepare.ts";
import { rehearseCommand } from "./rehearse.ts";
import { reEmbedCommand } from "./re-embed.ts";
import { repairCommand } from "./repair.ts";
import { restoreSnapshotCommand } from "./restore-snapshot.ts";
import { startDmsMigrationCommand } from "./start-dms-migration.ts";
import { statusCommand } from "./status.ts";
import { undoCommand } from "./undo.ts";
import { verifyCountsCommand } from "./verify-counts.ts";

/** Every verb, in the order in which `--help` lists them. */
export const commands: readonly Command<CommandOptions>[] = [
  prepareCommand,
  restoreSnapshotCommand,
  startDmsMigrationCommand,
  verifyCountsCommand,
  repairCommand,
  reEmbedCommand,
  undoCommand,
  statusCommand,
  cleanupCommand,
  iamPolicyCommand,
  rehearseCommand,
  localAwsCommand,
];
