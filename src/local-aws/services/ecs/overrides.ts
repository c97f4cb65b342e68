import type { ContainerDefinition, TaskOverride } from "@aws-sdk/client-ecs";
import { supportsOnly } from "../../unsupported.ts";
import { invalidParameter } from "./faults.ts";

/** What the image starts without an override: upstream's `CMD` (backend/embedding/Dockerfile; the entry point is `python3`). */
const imageCommand = ["-u", "embedding/main.py"];

/** "A total of 8192 characters are allowed for overrides" (API reference, RunTask). */
const longestOverrides = 8192;

/** What a task's one container is started with. */
interface Invocation {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** The container's command and environment, overridden by the request. Throws InvalidParameterException for another container's. */
export function invocationOf(container: ContainerDefinition, overrides: TaskOverride = {}): Invocation {
  supportsOnly(overrides, "containerOverrides");
  const given = overrides.containerOverrides ?? [];
  if (JSON.stringify(overrides).length > longestOverrides)
    throw invalidParameter(`Container Overrides length must be at most ${longestOverrides}`);
  for (const override of given) {
    supportsOnly(override, "name", "command", "environment");
    if (override.name !== container.name)
      throw invalidParameter(
        `Override for container named ${override.name ?? ""} is not a container in the TaskDefinition.`,
      );
  }
  const environment = [container.environment, ...given.map((override) => override.environment)].flatMap(
    (variables = []) => variables.map(({ name = "", value = "" }): [string, string] => [name, value]),
  );
  return {
    command: given.findLast(({ command }) => command !== undefined)?.command ?? container.command ?? imageCommand,
    environment: Object.fromEntries(environment),
  };
}

/** The bot that a command of the embedding task names: the last part of the key's SK; "" where it names none. */
export function botIn(command: readonly string[]): string {
  try {
    const keys = JSON.parse(command.at(2) ?? "") as { SK?: { S?: string } } | null;
    return keys?.SK?.S?.split("#").at(-1) ?? "";
  } catch {
    return "";
  }
}
