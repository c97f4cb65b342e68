import type { InferredOptionTypes } from "yargs";
import type { CommandOptions } from "../command.ts";
import { UsageError } from "../errors.ts";
import { connects, type HostAndPort, type Reach } from "../reach.ts";

/** Which way the databases are reached. */
export const connectOption = {
  connect: {
    choices: connects,
    default: "auto" as const,
    describe: "How to reach the databases [auto: the Data API where it is enabled and the host is private]",
  },
} as const satisfies CommandOptions;

/** That, and the tunnels to each of them. */
export const reachOptions = {
  ...connectOption,
  "source-endpoint": {
    type: "string",
    coerce: hostAndPortOf("source-endpoint"),
    describe: "host:port of a tunnel to the temporary cluster",
  },
  "target-endpoint": {
    type: "string",
    coerce: hostAndPortOf("target-endpoint"),
    describe: "host:port of a tunnel to the new cluster",
  },
} as const satisfies CommandOptions;

/**
 * The way that the flags name. Throws a UsageError for flags that contradict each other, so that it is told before anything that costs is
 * made.
 */
export function reachOf(args: InferredOptionTypes<typeof reachOptions>): Reach {
  const tunnels = { source: args["source-endpoint"], target: args["target-endpoint"] };
  const [side] = sides.filter((one) => tunnels[one] !== undefined);
  if (args.connect === "data-api" && side !== undefined)
    throw new UsageError(
      `--connect data-api goes through no tunnel, and --${side}-endpoint names one.`,
      "Leave one of them out; one that is set by the config file or the environment counts, too.",
    );
  return { connect: args.connect, tunnels };
}

const sides = ["source", "target"] as const;

/** A flag that is a host with a port, for yargs's `coerce`, which makes a usage error of what this throws. */
function hostAndPortOf(flag: string): (value: string | undefined) => HostAndPort | undefined {
  return (value) => {
    if (value === undefined) return undefined;
    const [, six, other, digits] = /^(?:\[([\da-fA-F:.]+)\]|([^\s:/[\]]+)):(\d{1,5})$/.exec(value) ?? [];
    const host = six ?? other;
    const port = Number(digits);
    if (host !== undefined && port >= 1 && port <= 65_535) return { host, port };
    throw new Error(`--${flag} takes host:port, for example localhost:15432, not ${value}.`);
  };
}
