/** What an embedding task finds in its environment. */
export interface Surroundings {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Upstream's own variables, from the task definition. */
  readonly table: string;
  readonly secretArn: string;
  readonly bucket: string;
  readonly metadataUri: string;
  /** The local AWS's control path of this task. */
  readonly control: string;
  readonly timeScale: number;
  /** What was ordered to go wrong. */
  readonly mishap: string | undefined;
}

/** Reads them; what is missing is empty, as in upstream's program. */
export function surroundingsIn(variables: NodeJS.ProcessEnv): Surroundings {
  const text = (name: string): string => variables[name] ?? "";
  return {
    endpoint: text("AWS_ENDPOINT_URL"),
    region: text("AWS_REGION"),
    accessKeyId: text("AWS_ACCESS_KEY_ID"),
    secretAccessKey: text("AWS_SECRET_ACCESS_KEY"),
    table: text("TABLE_NAME"),
    secretArn: text("DB_SECRETS_ARN"),
    bucket: text("DOCUMENT_BUCKET"),
    metadataUri: text("ECS_CONTAINER_METADATA_URI_V4"),
    control: text("LOCAL_AWS_TASK"),
    timeScale: Number(text("LOCAL_AWS_TIME_SCALE")),
    mishap: variables["LOCAL_AWS_MISHAP"],
  };
}
