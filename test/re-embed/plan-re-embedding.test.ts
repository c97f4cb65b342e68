import { expect, test } from "vitest";
import { planReEmbedding } from "../../src/re-embed/plan-re-embedding.ts";
import { pricesFor, taskDollars, type TaskSize } from "../../src/re-embed/prices.ts";

/** Upstream's default. */
const task: TaskSize = { vcpu: 2, memory: 4, architecture: "X86_64" };

test("a task is billed by the second, for a minute at least", () => {
  const prices = pricesFor("X86_64");
  expect(taskDollars(task, 3_600_000, prices)).toBeCloseTo(2 * 0.04048 + 4 * 0.004445, 10);
  expect(taskDollars(task, 1_000, prices)).toBe(taskDollars(task, 60_000, prices));
  expect(taskDollars(task, 90_000, prices)).toBeCloseTo(1.5 * taskDollars(task, 60_000, prices), 10);
  expect(taskDollars(task, 3_600_000, pricesFor("ARM64"))).toBeLessThan(taskDollars(task, 3_600_000, prices));
  expect(pricesFor("X86_64", { vcpuHour: 1, millionTokens: undefined })).toEqual({ ...prices, vcpuHour: 1 });
});

test("the plan tells tasks, minutes and dollars, at the table's prices with their date", () => {
  const prices = pricesFor("X86_64");
  const bots = Array.from({ length: 10 }, () => ({ documents: 2 }));
  const plan = planReEmbedding({ bots, concurrency: 4, task, prices, taskMinutes: 6 });
  expect(plan).toMatchObject({ bots: 10, documents: 20, tasks: 10, minutes: 15 });
  expect(plan.dollars.fargate).toBeCloseTo(taskDollars(task, 3_600_000, prices), 10);
  expect(plan.dollars.total).toBe(plan.dollars.fargate + plan.dollars.embedding);
  expect(plan.prices.asOf).toMatch(/^\d{4}-\d\d-\d\d$/);
});

test("one bot of many documents takes as long as it takes, however many run beside it", () => {
  const plan = (documents: readonly number[]) =>
    planReEmbedding({
      bots: documents.map((number) => ({ documents: number })),
      concurrency: 100,
      task,
      prices: pricesFor("X86_64"),
    });
  expect(plan([200, 1, 1]).minutes).toBe(plan([200]).minutes);
  expect(plan([200]).minutes).toBeGreaterThan(plan([1, 1, 1]).minutes);
  expect(plan([])).toMatchObject({ tasks: 0, minutes: 0, dollars: { total: 0 } });
});
