import { ConflictException, NotFoundException, paginateListPipes, Pipes } from "@aws-sdk/client-pipes";
import { expect, test } from "vitest";
import { LocalClock } from "../../../src/local-aws/clock.ts";
import { pipesService } from "../../../src/local-aws/services/pipes/service.ts";
import type { Pipe } from "../../../src/local-aws/services/pipes/state.ts";
import { serveSmallWorld } from "../small-world.ts";

function pipe(name: string): Pipe {
  return {
    name,
    arn: `arn:aws:pipes:us-east-1:111122223333:pipe/${name}`,
    source: "arn:aws:dynamodb:us-east-1:111122223333:table/t/stream/s",
    target: "arn:aws:ecs:us-east-1:111122223333:cluster/c",
    createdAt: new Date(0),
    changedAt: new Date(0),
    tags: [{ Key: "k", Value: "v" }],
    desiredState: "RUNNING",
    currentState: "RUNNING",
  };
}

/** A clock that stands still until it is told to go on. */
class HaltedClock extends LocalClock {
  #goOn: () => void = () => undefined;

  override elapse(): Promise<void> {
    return new Promise((resolve) => (this.#goOn = resolve));
  }

  goOn(): void {
    this.#goOn();
  }
}

test("a pipe is stopped and started through its states, and takes no order on its way", async () => {
  await using served = await serveSmallWorld([pipesService()]);
  const clock = new HaltedClock(0);
  Object.assign(served.world, { clock });
  served.world.pipes.set("p.1", pipe("p.1"));
  const client = new Pipes(served.settings);
  const state = async () => (await client.describePipe({ Name: "p.1" })).CurrentState;

  expect(await client.stopPipe({ Name: "p.1" })).toMatchObject({ DesiredState: "STOPPED", CurrentState: "STOPPING" });
  await expect(client.startPipe({ Name: "p.1" })).rejects.toThrow(ConflictException);
  clock.goOn();
  expect(await state()).toBe("STOPPED");
  expect(await client.stopPipe({ Name: "p.1" })).toMatchObject({ CurrentState: "STOPPED" });
  expect(await client.startPipe({ Name: "p.1" })).toMatchObject({ DesiredState: "RUNNING", CurrentState: "STARTING" });
  clock.goOn();
  expect(await client.describePipe({ Name: "p.1" })).toMatchObject({ CurrentState: "RUNNING", Tags: { k: "v" } });
  await expect(client.stopPipe({ Name: "none" })).rejects.toThrow(NotFoundException);
});

test("the list is paged and filtered by what is in the query", async () => {
  await using served = await serveSmallWorld([pipesService()]);
  for (let number = 1; number <= 7; number += 1) served.world.pipes.set(`a-${number}`, pipe(`a-${number}`));
  served.world.pipes.set("b", { ...pipe("b"), currentState: "STOPPED", desiredState: "STOPPED" });
  const client = new Pipes(served.settings);
  const names: (string | undefined)[] = [];
  for await (const page of paginateListPipes({ client, pageSize: 4 }, { NamePrefix: "a-" }))
    names.push(...(page.Pipes ?? []).map(({ Name }) => Name));
  expect(names).toEqual(["a-1", "a-2", "a-3", "a-4", "a-5", "a-6", "a-7"]);
  const stopped = await client.listPipes({ CurrentState: "STOPPED", Limit: 1 });
  expect(stopped.Pipes?.map(({ Name }) => Name)).toEqual(["b"]);
});
