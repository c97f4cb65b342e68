import { readFileSync } from "node:fs";
import type { Options } from "yargs";
import type { Command, CommandOptions } from "./command.ts";
import { closest, flagsOf } from "./command-words.ts";
import { UsageError } from "./errors.ts";

const prefix = "BEDROCK_CHAT_MIGRATE_";
/** Variables with the prefix that set no flag: where PostgreSQL's programs are, for the local AWS. */
const otherVariables: readonly string[] = ["BEDROCK_CHAT_MIGRATE_PG_BIN"];
/** Looked for in the folder that the command is called in. */
const configFile = "bedrock-chat-migrate.config.json";

interface Setting {
  readonly value: string | number | boolean;
  /** Who set it, as an error names it. */
  readonly source: string;
}

/** What the environment and the config file set, by the flag that it stands for. */
export type Settings = ReadonlyMap<string, Setting>;

/**
 * The flags that the environment (`BEDROCK_CHAT_MIGRATE_STACK` for `--stack`) and the config file set; the environment wins. Throws a
 * UsageError for a file that cannot be read or is no flat JSON object, for what sets no command's flag, and for a value of a wrong type.
 */
export async function readSettings(
  commands: readonly Pick<Command<CommandOptions>, "usage" | "options">[],
  env: Readonly<Record<string, string | undefined>>,
  file = configFile,
): Promise<Settings> {
  const flags = new Map(
    commands.flatMap((command) => flagsOf(command).map((name) => [name, command.options[name] ?? {}] as const)),
  );
  return new Map([...(await fromConfig(flags, file)), ...fromEnvironment(flags, env)]);
}

/** A command's options with the settings as their defaults. Flags on the command line win over these. */
export function withSettings<O extends CommandOptions>(options: O, settings: Settings): O {
  const entries = Object.entries(options).map(([name, option]) => {
    const setting = settings.get(name);
    if (setting === undefined) return [name, option];
    const { value, source } = setting;
    return [name, { ...option, default: value, defaultDescription: `${JSON.stringify(value)}, by ${source}` }];
  });
  return Object.fromEntries(entries) as O;
}

function variableOf(flag: string): string {
  return prefix + flag.replaceAll("-", "_").toUpperCase();
}

/** A variable that is empty counts as not set, as the AWS SDK takes its own. */
function fromEnvironment(
  flags: ReadonlyMap<string, Options>,
  env: Readonly<Record<string, string | undefined>>,
): Map<string, Setting> {
  const byVariable = new Map([...flags.keys()].map((name) => [variableOf(name), name]));
  const set = Object.entries(env).filter(
    ([name, text]) => name.startsWith(prefix) && text !== undefined && text !== "",
  );
  const found = new Map<string, Setting>();
  for (const [source, text = ""] of set) {
    if (otherVariables.includes(source)) continue;
    const name = byVariable.get(source);
    if (name === undefined) {
      const meant = closest(source.slice(prefix.length).replaceAll("_", "-").toLowerCase(), [...flags.keys()]);
      throw unknownSetting(`${source} is set, and`, meant === undefined ? undefined : variableOf(meant));
    }
    found.set(name, { source, value: checked(flags.get(name) ?? {}, source, fromText(flags.get(name) ?? {}, text)) });
  }
  return found;
}

async function fromConfig(flags: ReadonlyMap<string, Options>, file: string): Promise<Map<string, Setting>> {
  const text = readConfig(file);
  const config = text === undefined ? {} : await parseConfig(text, file);
  const found = new Map<string, Setting>();
  for (const [name, value] of Object.entries(config)) {
    const option = flags.get(name);
    if (option === undefined) throw unknownSetting(`${file}: "${name}":`, closest(name, [...flags.keys()]));
    const source = `"${name}" in ${file}`;
    found.set(name, { source, value: checked(option, source, value) });
  }
  return found;
}

function readConfig(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
    throw new UsageError(
      `${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      "It may set flags, so nothing is done without it. Make it readable, or move it away.",
      { cause },
    );
  }
}

async function parseConfig(text: string, file: string): Promise<Readonly<Record<string, string | number | boolean>>> {
  // Loaded only where there is something to parse: most folders have no such file.
  const { z } = await import("zod");
  const schema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new UsageError(
      `${file} is not a flat JSON object of settings.`,
      'Its keys are flags without their dashes: { "stack": "BedrockChatStack", "poll-seconds": 20 }',
      { cause },
    );
  }
}

function unknownSetting(what: string, meant: string | undefined): UsageError {
  const known = "Settings are the flags of the commands; `bedrock-chat-migrate <command> --help` lists them.";
  return new UsageError(
    `${what} no command has such a flag.`,
    meant === undefined ? known : `Did you mean ${meant}? ${known}`,
  );
}

/** The text of a variable as its flag's type; as it is where it is none of that type. */
function fromText({ type }: Options, text: string): string | number | boolean {
  if (type === "number" && Number.isFinite(Number(text))) return Number(text);
  if (type !== "boolean") return text;
  if (["true", "1", "yes"].includes(text)) return true;
  return ["false", "0", "no"].includes(text) ? false : text;
}

function checked(option: Options, source: string, value: Setting["value"]): Setting["value"] {
  const { type, choices } = option;
  const hint = `It is ${JSON.stringify(value)}.`;
  if (choices !== undefined) {
    if (choices.some((choice) => choice === value)) return value;
    throw new UsageError(`${source} must be one of: ${choices.join(", ")}.`, hint);
  }
  if (typeof value !== type) {
    const wanted = type === "number" ? "a number" : type === "boolean" ? "true or false" : "a text";
    throw new UsageError(`${source} must be ${wanted}.`, hint);
  }
  try {
    option.coerce?.(value);
  } catch (cause) {
    throw new UsageError(`${source}: ${cause instanceof Error ? cause.message : String(cause)}`, hint, { cause });
  }
  return value;
}
