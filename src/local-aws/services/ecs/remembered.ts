import type { Call } from "../../service.ts";
import type { World } from "../../world.ts";
import { leastRememberedMs, seconds } from "./durations.ts";

/** The call, after tasks that stopped an hour ago were forgotten; all that have stopped, where that was ordered. */
export function forgetInTime(call: Call): Call {
  const { world, fault } = call;
  const kept = Math.max(seconds.rememberStopped * world.clock.scale * 1000, leastRememberedMs);
  forget(world, Date.now() - (fault === "tasks-forgotten" ? 0 : kept));
  return call;
}

function forget({ ecs }: World, stoppedUntil: number): void {
  for (const [id, { stoppedAt }] of ecs.tasks)
    if (stoppedAt !== undefined && stoppedAt <= stoppedUntil) ecs.tasks.delete(id);
}
