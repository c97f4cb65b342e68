import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { secretAccessKey } from "../../authentication.ts";
import type { World } from "../../world.ts";
import type { EcsTask } from "./state.ts";

/** How a container has ended. */
interface ContainerEnd {
  /** Of a process that a signal has ended it is 128 and the signal's number, as Docker gives it. */
  readonly exitCode: number;
  /** By SIGKILL. */
  readonly killed: boolean;
}

/**
 * Runs the task's container, a real process of its own, to its end. It ends with the local AWS, however that ends; what it says is in
 * `tasks/ID.log` of the world's directory. Rejects with an AbortError where the local AWS stops meanwhile.
 */
export async function runContainer(world: World, task: EcsTask): Promise<ContainerEnd> {
  const session = world.sessions.begin({ accountId: world.accountId, roleArn: task.definition.taskRoleArn ?? "" });
  const directory = join(world.directory, "tasks");
  mkdirSync(directory, { recursive: true });
  const log = openSync(join(directory, `${task.id}.log`), "a", 0o600);
  const { args, cwd } = embeddingProgram();
  const child = spawn(process.execPath, [...args, ...task.command], {
    cwd,
    env: { ...task.environment, ...surroundings(world, task, session) },
    stdio: ["pipe", log, log], // it ends when its input does
    detached: true, // a Ctrl-C in the terminal is this process's to answer
    signal: world.clock.stopped,
    killSignal: "SIGKILL",
  });
  closeSync(log);
  child.stdin?.on("error", () => undefined);
  task.kill = (signal) => void child.kill(signal);
  try {
    const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    const exitCode = signal === null ? (code ?? 1) : 128 + constants.signals[signal];
    return { exitCode, killed: signal === "SIGKILL" };
  } finally {
    world.sessions.end(session);
  }
}

/** What the container finds around it: AWS by its endpoint and role, ECS's metadata, and how the local AWS has it behave. */
function surroundings(world: World, task: EcsTask, accessKeyId: string): Record<string, string> {
  const control = `${world.endpoint()}/_local-aws/tasks/${task.id}`;
  return {
    ...(process.env["TMPDIR"] === undefined ? {} : { TMPDIR: process.env["TMPDIR"] }),
    AWS_ENDPOINT_URL: world.endpoint(),
    AWS_REGION: world.region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    // Port 1 of this machine answers nobody.
    ECS_CONTAINER_METADATA_URI_V4: task.mishap === "no-task-metadata" ? "http://127.0.0.1:1" : control,
    LOCAL_AWS_TASK: control,
    LOCAL_AWS_TIME_SCALE: String(world.clock.scale),
    ...(task.mishap === undefined ? {} : { LOCAL_AWS_MISHAP: task.mishap }),
  };
}

/** The program of the embedding task: TypeScript where this is, in the build the file that `scripts/bundle.ts` names. */
function embeddingProgram(): { readonly args: readonly string[]; readonly cwd: string } {
  const fromSource = import.meta.url.endsWith(".ts");
  const program = fileURLToPath(
    new URL(fromSource ? "../../embedding/embedding-task.ts" : "../embedding-task.js", import.meta.url),
  );
  return { args: [...(fromSource ? ["--import", "tsx"] : []), program], cwd: dirname(program) };
}
