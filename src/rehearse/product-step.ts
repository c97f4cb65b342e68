import { ExpectedError } from "../errors.ts";
import { type ProductEnvironment, runProduct } from "./product-command.ts";

/** Runs a command with `--json` and gives its document. Exit codes that are a result, not a failure, are named. */
export async function step<Result>(
  args: readonly string[],
  product: ProductEnvironment,
  alsoResults: readonly number[] = [],
): Promise<Result> {
  product.say(`$ bedrock-chat-migrate ${args.join(" ")}`);
  const { code, stdout } = await runProduct([...args, "--json"], product);
  if ((code !== 0 && !alsoResults.includes(code)) || stdout === "")
    throw new ExpectedError(
      `bedrock-chat-migrate ${args.join(" ")} ended with exit code ${code}.`,
      "What it said stands above. Nothing of the rehearsal is left running.",
      code === 0 ? undefined : code,
    );
  return JSON.parse(stdout) as Result;
}
