import * as sdk from "@aws-sdk/client-pipes";
import { AwsFault } from "../../fault.ts";
import { pageOf } from "../../paging.ts";
import type { Handlers, Service } from "../../service.ts";
import { supportsOnly } from "../../unsupported.ts";
import type { World } from "../../world.ts";
import type { Pipe } from "./state.ts";

/** "For Amazon SQS and stream sources, this delay is typically less than two minutes" (user guide, pipes-start-stop). */
const seconds = { start: 60, stop: 60 };

const handlers: Handlers<typeof sdk> = {
  DescribePipe(input, { world }) {
    supportsOnly(input, "Name");
    const pipe = pipeNamed(world, input.Name);
    return { ...summarise(pipe), Tags: tagMap(pipe) };
  },

  ListPipes(input, { world }) {
    supportsOnly(
      input,
      "NamePrefix",
      "DesiredState",
      "CurrentState",
      "SourcePrefix",
      "TargetPrefix",
      "NextToken",
      "Limit",
    );
    const { NamePrefix = "", SourcePrefix = "", TargetPrefix = "" } = input;
    const wanted = [...world.pipes.values()].filter(
      (pipe) =>
        pipe.name.startsWith(NamePrefix) &&
        pipe.source.startsWith(SourcePrefix) &&
        pipe.target.startsWith(TargetPrefix) &&
        (input.DesiredState ?? pipe.desiredState) === pipe.desiredState &&
        (input.CurrentState ?? pipe.currentState) === pipe.currentState,
    );
    const page = pageOf(wanted, {
      list: "pipes:ListPipes",
      token: input.NextToken,
      limit: input.Limit,
      keyOf: ({ name }) => name,
      refuse: () => new AwsFault("ValidationException", "Invalid NextToken"),
    });
    return { Pipes: page.items.map(summarise), NextToken: page.next };
  },

  StopPipe(input, { world }) {
    const pipe = pipeToSwitch(world, input.Name);
    if (pipe.currentState === "RUNNING")
      change(world, pipe, { desired: "STOPPED", through: "STOPPING", after: seconds.stop });
    return summarise(pipe);
  },

  StartPipe(input, { world }) {
    const pipe = pipeToSwitch(world, input.Name);
    if (pipe.currentState === "STOPPED")
      change(world, pipe, { desired: "RUNNING", through: "STARTING", after: seconds.start });
    return summarise(pipe);
  },
};

/** Amazon EventBridge Pipes, to look at, stop and start: https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/Welcome.html */
export function pipesService(): Service {
  return { signingName: "pipes", protocol: "rest-json-1", target: "2015-10-07", sdk, handlers };
}

function pipeNamed(world: World, name: string | undefined): Pipe {
  const pipe = world.pipes.get(name ?? "");
  if (pipe === undefined) throw new AwsFault("NotFoundException", `Pipe ${name ?? ""} does not exist.`, 404);
  return pipe;
}

/** One that is on its way somewhere takes no other order. */
function pipeToSwitch(world: World, name: string | undefined): Pipe {
  const pipe = pipeNamed(world, name);
  if (pipe.currentState === pipe.desiredState) return pipe;
  throw new AwsFault("ConflictException", `Pipe ${pipe.name} is in state ${pipe.currentState}.`, 409);
}

function change(
  world: World,
  pipe: Pipe,
  { desired, through, after }: { desired: Pipe["desiredState"]; through: Pipe["currentState"]; after: number },
): void {
  pipe.desiredState = desired;
  pipe.currentState = through;
  pipe.changedAt = new Date();
  world.background(`pipe ${pipe.name} ${through}`, async () => {
    await world.clock.elapse(after);
    pipe.currentState = desired;
  });
}

function summarise(pipe: Pipe) {
  return {
    Arn: pipe.arn,
    Name: pipe.name,
    Source: pipe.source,
    Target: pipe.target,
    DesiredState: pipe.desiredState,
    CurrentState: pipe.currentState,
    CreationTime: pipe.createdAt,
    LastModifiedTime: pipe.changedAt,
  };
}

function tagMap({ tags }: Pipe): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value]));
}
