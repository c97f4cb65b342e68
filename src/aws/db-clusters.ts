import type { DBCluster } from "@aws-sdk/client-rds";
import type { AwsClients } from "./clients.ts";
import { allPages } from "./pages.ts";

/** Every cluster of the account and Region, of whatever engine. */
export async function allClusters(aws: AwsClients): Promise<DBCluster[]> {
  return allPages(async (Marker) => {
    const page = await aws.rds.describeDBClusters({ ...(Marker !== undefined && { Marker }) });
    return { items: page.DBClusters, next: page.Marker };
  });
}
