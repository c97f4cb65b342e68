/** What goes wrong with a task that RunTask has started, in the order of a task's life. */
export const taskMishaps = [
  "task-start-fails",
  "no-task-metadata",
  "embedding-fails",
  "task-stuck",
  "task-killed",
  "task-killed-late",
] as const;

export type TaskMishap = (typeof taskMishaps)[number];

/**
 * Why RunTask places no task, by the fault that orders it: `failures[].reason` of an answer that is a success (developer guide, "API failure
 * reasons"; RESOURCE:MEMORY is what clusters with instances answer, the other two are Fargate's).
 */
export const placementFailures = {
  "resource-memory": "RESOURCE:MEMORY",
  "no-capacity": "Capacity is unavailable at this time. Please try again later or in a different availability zone",
  "vcpu-limit": "You've reached the limit on the number of vCPUs you can run concurrently",
} as const;
