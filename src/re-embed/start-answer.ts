import type { RunTaskResponse } from "@aws-sdk/client-ecs";
import { awsErrorName } from "../aws/errors.ts";

/** What a RunTask came to. */
export type StartAnswer =
  | { readonly is: "started"; readonly arn: string; readonly createdAt: number | undefined }
  /** `certain`: no task was started, so that the next try may be another request; else it must be the same one again. */
  | { readonly is: "refused"; readonly certain: boolean; readonly why: string }
  /** It will never be otherwise: the cluster is gone, say. */
  | { readonly is: "hopeless"; readonly why: string };

/**
 * What RunTask's answer means. It answers 200 where it starts nothing, with the reason in `failures`: capacity, quotas and addresses that run out
 * are told so. Pure. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html
 */
export function judgeStart({ tasks, failures }: Pick<RunTaskResponse, "tasks" | "failures">): StartAnswer {
  const task = tasks?.[0];
  if (task?.taskArn !== undefined) return { is: "started", arn: task.taskArn, createdAt: task.createdAt?.getTime() };
  const [failure] = failures ?? [];
  const why =
    [failure?.reason, failure?.detail].filter(Boolean).join(": ") || "RunTask started no task, and gave no reason";
  if (/^(MISSING|INACTIVE|ACCESSDENIED)\b/i.test(failure?.reason ?? "")) return { is: "hopeless", why };
  return { is: "refused", certain: true, why };
}

/** Errors of a moment, after which the SDK has already tried again a few times. */
const passing = new Set([
  "LimitExceededException",
  "RequestLimitExceeded",
  "ServerException",
  "ServiceUnavailable",
  "ServiceUnavailableException",
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
]);

/**
 * What an error of RunTask means; undefined for one that repeating does not mend (permissions, parameters). Quotas come as a ClientException, too,
 * told by its words. A ConflictException names the tasks that the same token has started with other parameters: the one that is sought. Pure.
 */
export function judgeStartError(error: unknown): StartAnswer | undefined {
  if (!(error instanceof Error)) return undefined;
  const why = `${error.name}: ${error.message}`;
  if (error.name === "ConflictException" && "resourceIds" in error && Array.isArray(error.resourceIds)) {
    const arn: unknown = error.resourceIds[0];
    if (typeof arn === "string") return { is: "started", arn, createdAt: undefined };
  }
  const quota =
    error.name === "ClientException" && /capacity|concurrently|limit|quota|rate exceeded|throttl/i.test(error.message);
  if (quota || passing.has(awsErrorName(error))) return { is: "refused", certain: false, why };
  return undefined;
}
