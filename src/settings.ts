import { readFileSync } from "node:fs";
import type { Options } from "yargs";
import type { CommandOptions } from "./command.ts";
import { UsageError } from "./errors.ts";

const prefix = "BEDROCK_CHAT_MIGRATE_";
/** Looked for in the folder that the command is called in. */
const configFile = "bedrock-chat-migrate.config.json";

type Value = string | number | boolean;

/**
 * The config file's settings by flag name; none where there is no file. Throws a UsageError for a file that is no flat JSON object, or
 * that sets what no command knows.
 */
export async function readConfig(
  known: ReadonlySet<string>,
  file = configFile,
): Promise<Readonly<Record<string, Value>>> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return {};
  }
  const config = await parseConfig(text, file);
  const unknown = Object.keys(config).filter((name) => !known.has(name));
  if (unknown.length === 0) return config;
  throw new UsageError(
    `${file} sets ${unknown.map((name) => `"${name}"`).join(", ")}, which no command knows.`,
    "Its keys are the names of flags, without the dashes before them.",
  );
}

async function parseConfig(text: string, file: string): Promise<Readonly<Record<string, Value>>> {
  // Loaded only where there is something to parse: `--help` has no use for it.
  const { z } = await import("zod");
  const configSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
  try {
    return configSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new UsageError(`${file} is not a JSON object of settings.`, 'Like this: { "stack": "BedrockChatStack" }', {
      cause,
    });
  }
}

/**
 * A command's flags with the defaults that the environment (`BEDROCK_CHAT_MIGRATE_STACK` for `--stack`) and the config file give them,
 * in this order. Flags on the command line win over both.
 */
export function withDefaults<O extends CommandOptions>(
  options: O,
  env: Readonly<Record<string, string | undefined>>,
  config: Readonly<Record<string, Value>>,
): O {
  const entries = Object.entries(options).map(([name, option]) => {
    const variable = prefix + name.replaceAll("-", "_").toUpperCase();
    const set = env[variable] ?? config[name];
    if (set === undefined) return [name, option];
    return [
      name,
      { ...option, default: typed(name, variable, option, set), defaultDescription: `${String(set)}, as set` },
    ];
  });
  return Object.fromEntries(entries) as O;
}

function typed(name: string, variable: string, option: Options, value: Value): Value {
  if (option.type === "number") {
    const number = Number(value);
    if (Number.isFinite(number) && value !== "") return number;
    throw new UsageError(`${variable} or the config file's "${name}" must be a number.`, `It is "${value}".`);
  }
  if (option.type !== "boolean") return String(value);
  if (["true", "1", "yes"].includes(String(value))) return true;
  if (["false", "0", "no", ""].includes(String(value))) return false;
  throw new UsageError(`${variable} or the config file's "${name}" must be true or false.`, `It is "${value}".`);
}
