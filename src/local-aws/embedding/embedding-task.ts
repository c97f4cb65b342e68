import type { BotKeys } from "./bot.ts";
import { embedBot } from "./embed-bot.ts";
import { surroundingsIn } from "./surroundings.ts";

/**
 * The container of an embedding task: a program of its own that the local AWS starts, with upstream's command line
 * (`python3 -u embedding/main.py KEYS`). It ends when its standard input does: with the local AWS, however that ends.
 */
process.stdin.resume().once("end", () => process.kill(process.pid, "SIGKILL"));
try {
  await main(process.argv.slice(2));
} finally {
  process.stdin.destroy(); // open, it would keep this process alive
}

async function main([unbuffered, program = "", keys, ...others]: readonly string[]): Promise<void> {
  if (unbuffered === "-u" && program === "embedding/main.py" && keys !== undefined && others.length === 0) {
    await embedBot(surroundingsIn(process.env), JSON.parse(keys) as BotKeys);
    return;
  }
  const found = unbuffered === "-u" && program === "embedding/main.py";
  console.error(found ? "usage: main.py [-h] Keys" : `python3: can't open file '/src/${program}'`);
  process.exitCode = 2;
}
