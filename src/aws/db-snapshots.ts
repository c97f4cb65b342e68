import type { DBClusterAutomatedBackup, DBClusterSnapshot } from "@aws-sdk/client-rds";
import type { AwsClients } from "./clients.ts";
import { allPages } from "./pages.ts";

/** Every cluster snapshot of the account and Region, manual and automated, and those that other accounts share with it. */
export async function allSnapshots(aws: AwsClients): Promise<DBClusterSnapshot[]> {
  return allPages(async (Marker) => {
    const page = await aws.rds.describeDBClusterSnapshots({
      IncludeShared: true,
      ...(Marker !== undefined && { Marker }),
    });
    return { items: page.DBClusterSnapshots, next: page.Marker };
  });
}

/** Every automated backup of the account and Region: of clusters there are, and those that were kept of deleted ones. */
export async function automatedBackups(aws: AwsClients): Promise<DBClusterAutomatedBackup[]> {
  return allPages(async (Marker) => {
    const page = await aws.rds.describeDBClusterAutomatedBackups({ ...(Marker !== undefined && { Marker }) });
    return { items: page.DBClusterAutomatedBackups, next: page.Marker };
  });
}
