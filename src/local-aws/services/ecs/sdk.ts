import type * as sdk from "@aws-sdk/client-ecs";

/** The client package whose types and schemas the ECS service is held to. */
export type EcsSdk = typeof sdk;
