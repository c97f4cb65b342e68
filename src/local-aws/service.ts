import type { AwsFault } from "./fault.ts";
import type { FaultKind } from "./fault-switches.ts";
import type { World } from "./world.ts";

/** Who calls, and the state that the call acts on. */
export interface Call {
  readonly world: World;
  readonly operation: string;
  /** The failure that was ordered for this call, where its service is to play it. */
  readonly fault?: FaultKind | undefined;
}

type CommandOf<Sdk, Op extends string> = Sdk extends Record<`${Op}Command`, new (input: never) => infer C> ? C : never;

/** An SDK command's handler: what the command takes and gives. */
interface CommandShape {
  resolveMiddleware(stack: never, configuration: never, options: never): (args: never) => Promise<unknown>;
}

/** The input of operation `Op`, as the SDK package `Sdk` (`typeof import("@aws-sdk/client-…")`) types it. */
export type InputOf<Sdk, Op extends string> =
  CommandOf<Sdk, Op> extends { readonly input: infer Input } ? Input : never;

/** The output of operation `Op`, less the metadata that only a client adds. */
export type OutputOf<Sdk, Op extends string> =
  CommandOf<Sdk, Op> extends CommandShape
    ? ReturnType<CommandOf<Sdk, Op>["resolveMiddleware"]> extends (args: never) => Promise<{ output: infer Output }>
      ? Omit<Output, "$metadata">
      : never
    : never;

/** The names of the operations that the SDK package `Sdk` has. */
export type OperationOf<Sdk> = Extract<keyof Sdk, `${string}Command`> extends `${infer Op}Command` ? Op : never;

/** The handlers of a service, typed by its SDK package: what a service file is made of. */
export type Handlers<Sdk> = {
  readonly [Op in OperationOf<Sdk>]?: (
    input: InputOf<Sdk, Op>,
    call: Call,
  ) => OutputOf<Sdk, Op> | Promise<OutputOf<Sdk, Op>>;
};

/** One AWS service: how it is spoken to, and what it does. */
export interface Service {
  /** The service's name in the credential scope of a signature (`rds`, `dms`, `secretsmanager`, …). */
  readonly signingName: string;
  readonly protocol: "json-1.1" | "rest-json-1" | "query" | "ec2-query";
  /** Prefix of `X-Amz-Target` (JSON 1.1) or the API version (all others). */
  readonly target: string;
  /** XML namespace of the answers (query protocols only). */
  readonly xmlNamespace?: string;
  /**
   * The code for a missing required member, where it is not the protocol's usual one (JSON: ValidationException, Query:
   * MissingParameter). IAM, STS and CloudFormation answer ValidationError.
   */
  readonly missingMemberCode?: string;
  /** The most bytes that a request may have, where the service has such a limit of its own. */
  readonly largestRequest?: { readonly bytes: number; readonly refusal: () => AwsFault };
  /** The SDK's client package: the source of every operation's schema. */
  readonly sdk: object;
  readonly handlers: object;
}
