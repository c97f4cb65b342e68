import type { DataProvider } from "@aws-sdk/client-database-migration-service";
import type { AwsClients } from "../aws/clients.ts";
import { allPages } from "../aws/pages.ts";
import type { Resource, ResourceKind, RunOwner } from "../provision/resource.ts";
import { foundInDms, noneIfUnknown } from "./dms-found.ts";
import { oursAmong, tagsOfRun } from "./tags.ts";

/** A DMS data provider: where a database is, without its login. */
export const dmsDataProvider: ResourceKind<DataProvider> = {
  kind: "dms-data-provider",
  needs: [],
  busyErrors: ["InvalidResourceStateFault"],
  timeoutMinutes: 30,
  async find({ aws }, name) {
    const answer = await noneIfUnknown(() =>
      aws.dms.describeDataProviders({ Filters: [{ Name: "data-provider-identifier", Values: [name] }] }),
    );
    const provider = answer?.DataProviders?.find((one) => one.DataProviderName === name);
    return foundInDms(aws, provider, provider?.DataProviderArn);
  },
  async names({ aws }) {
    const all = await allPages(async (Marker) => {
      const page = await aws.dms.describeDataProviders({ ...(Marker !== undefined && { Marker }) });
      return { items: page.DataProviders, next: page.Marker };
    });
    return oursAmong(all.map((one) => one.DataProviderName));
  },
  look: (provider) => ({ done: true, value: provider }),
  facts: (provider) => ({ arn: provider.DataProviderArn ?? "" }),
  async remove({ aws }, _name, provider) {
    await noneIfUnknown(() => aws.dms.deleteDataProvider({ DataProviderIdentifier: provider.DataProviderArn }));
  },
};

export interface DataProviderSpec {
  readonly run: RunOwner;
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
}

/** The data provider of one side; TLS is required (Aurora 17 and later refuse anything else). */
export function postgresProvider(aws: AwsClients, spec: DataProviderSpec): Resource<DataProvider> {
  return {
    kind: dmsDataProvider,
    name: spec.name,
    async create() {
      await aws.dms.createDataProvider({
        DataProviderName: spec.name,
        Engine: "aurora-postgresql",
        Settings: {
          PostgreSqlSettings: {
            ServerName: spec.host,
            Port: spec.port,
            DatabaseName: spec.database,
            SslMode: "require",
          },
        },
        Tags: tagsOfRun(spec.run),
      });
    },
  };
}
