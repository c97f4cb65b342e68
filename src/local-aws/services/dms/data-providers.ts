import type { CreateDataProviderMessage, DataProvider } from "@aws-sdk/client-database-migration-service";
import { arnOf } from "../../arn.ts";
import type { Handlers } from "../../service.ts";
import type { World } from "../../world.ts";
import { alreadyExists, invalidParameter, invalidState, resourceNotFound } from "./faults.ts";
import { filtered, paged, type Listing } from "./listing.ts";
import { checkDescription, checkName, newResourceId } from "./names.ts";
import type { DmsSdk } from "./sdk.ts";
import { checkTags, keepTags } from "./tags.ts";

const listing: Listing<DataProvider> = {
  operation: "DescribeDataProviders",
  keyOf: (provider) => provider.DataProviderArn ?? "",
  filters: { "data-provider-identifier": (provider) => [provider.DataProviderArn, provider.DataProviderName] },
};

/** The operations on data providers: where a database is, without its credentials. PostgreSQL engines only. */
export const dataProviderHandlers: Handlers<DmsSdk> = {
  CreateDataProvider(input, { world }) {
    checkTags(input.Tags);
    const provider = newProvider(world, input);
    const arn = provider.DataProviderArn ?? "";
    world.dms.dataProviders.set(arn, provider);
    keepTags(world, arn, input.Tags);
    return { DataProvider: provider };
  },

  DescribeDataProviders(input, { world }) {
    const { items, Marker } = paged(filtered(world.dms.dataProviders.values(), input, listing), input, listing);
    return { DataProviders: items, Marker };
  },

  DeleteDataProvider({ DataProviderIdentifier = "" }, { world }) {
    const provider = findDataProvider(world, DataProviderIdentifier);
    const arn = provider.DataProviderArn ?? "";
    const users = [...world.dms.migrationProjects.values()].filter((project) =>
      [...(project.SourceDataProviderDescriptors ?? []), ...(project.TargetDataProviderDescriptors ?? [])].some(
        (descriptor) => descriptor.DataProviderArn === arn,
      ),
    );
    if (users.length > 0) throw invalidState(`Data provider ${arn} is used by a migration project.`);
    world.dms.dataProviders.delete(arn);
    world.dms.tags.delete(arn);
    return { DataProvider: provider };
  },
};

/** The data provider of this name or ARN. */
export function findDataProvider(world: World, nameOrArn: string): DataProvider {
  const provider = [...world.dms.dataProviders.values()].find(
    ({ DataProviderArn, DataProviderName }) => DataProviderArn === nameOrArn || DataProviderName === nameOrArn,
  );
  if (provider === undefined) throw resourceNotFound(`Data provider ${nameOrArn} was not found.`);
  return provider;
}

function newProvider(world: World, input: CreateDataProviderMessage): DataProvider {
  const id = newResourceId();
  const name = input.DataProviderName ?? `data-provider-${id.toLowerCase()}`;
  checkName("DataProviderName", name);
  checkDescription(input.Description);
  checkSettings(input);
  if ([...world.dms.dataProviders.values()].some((provider) => provider.DataProviderName === name)) {
    throw alreadyExists(`Data provider ${name} already exists.`);
  }
  return {
    DataProviderName: name,
    DataProviderArn: arnOf(world, "dms", `data-provider:${id}`),
    DataProviderCreationTime: new Date(),
    Description: input.Description,
    Engine: input.Engine,
    Virtual: input.Virtual ?? false,
    Settings: input.Settings,
  };
}

/** ServerName, Port, DatabaseName are required where CloudFormation says so; a certificate can't be imported here. */
function checkSettings(input: CreateDataProviderMessage): void {
  if (input.Engine !== "aurora-postgresql" && input.Engine !== "postgres") {
    throw invalidParameter(
      `The engine '${input.Engine ?? ""}' is not known to the local AWS: aurora-postgresql, postgres.`,
    );
  }
  const { ServerName, Port, DatabaseName, SslMode = "none" } = input.Settings?.PostgreSqlSettings ?? {};
  if (ServerName === undefined || Port === undefined || DatabaseName === undefined) {
    throw invalidParameter("PostgreSqlSettings need ServerName, Port and DatabaseName.");
  }
  if (SslMode !== "none" && SslMode !== "require") {
    throw invalidParameter(`SslMode '${SslMode}' needs the ARN of an imported certificate.`);
  }
}
