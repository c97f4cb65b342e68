import { operatorPolicy, type PolicyStatement } from "../../src/iam-policy/operator-policy.ts";
import { contextOf } from "../../src/local-aws/policy/condition-keys.ts";
import { type Policy, readPolicy, type Statement } from "../../src/local-aws/policy/document.ts";
import { evaluate } from "../../src/local-aws/policy/evaluate.ts";
import type { World } from "../../src/local-aws/world.ts";

/** One action of one statement of the printed policy: the least that can be taken away. */
export interface Allowance {
  /** `ReadBots dynamodb:Scan`. */
  readonly name: string;
  readonly action: string;
  readonly statement: Statement;
}

/** What AWS refuses for want of an allowance. */
export interface Lack {
  readonly action: string;
  readonly resource: string;
}

/** The printed policy of which only a part is in force, which changes while the local AWS runs. */
export interface LackingPolicy {
  /** For the local AWS: as it is at each call. */
  readonly policy: Policy;
  readonly all: readonly Allowance[];
  /** Nothing but these is allowed any more. */
  takeAllBut(kept: Iterable<Allowance>): void;
  /** Everything is. */
  giveAll(): void;
  /** Gives back the one allowance that mends a lack. Throws where there is none that does, and where several do. */
  give(lack: Lack, world: World): Allowance;
}

export function lackingPolicy(scope: Parameters<typeof operatorPolicy>[0]): LackingPolicy {
  const all = operatorPolicy(scope).Statement.flatMap(allowancesOf);
  let given = new Set<Allowance>();
  return {
    policy: {
      get statements() {
        return [...given].map((one) => one.statement);
      },
    },
    all,
    takeAllBut: (kept) => void (given = new Set(kept)),
    giveAll: () => void (given = new Set(all)),
    give(lack, world) {
      const [allowance, ...others] = all.filter((one) => !given.has(one) && mends(one, lack, scope.stack, world));
      if (allowance === undefined) throw new Error(`the policy does not give ${lack.action} on ${lack.resource}`);
      if (others.length > 0)
        throw new Error(
          `the policy gives it more than once: ${[allowance, ...others].map((one) => one.name).join(", ")}`,
        );
      given.add(allowance);
      return allowance;
    },
  };
}

function allowancesOf(statement: PolicyStatement): Allowance[] {
  return [statement.Action].flat().map((action) => {
    const alone = { Version: "2012-10-17", Statement: { ...statement, Action: action } };
    const [read] = readPolicy(JSON.stringify(alone)).statements;
    if (read === undefined) throw new Error(`no statement: ${statement.Sid}`);
    return { name: `${statement.Sid} ${action}`, action, statement: read };
  });
}

/** Whether it alone would allow what was refused. A refusal does not tell the request's own keys: those that the tool always sends count. */
function mends({ action, statement }: Allowance, lack: Lack, stack: string, world: World): boolean {
  if (action !== lack.action) return false;
  const requestTags = [{ Key: "bedrock-chat-migrate:stack", Value: stack }];
  const context = new Map(contextOf({ ...lack, requestTags }, world));
  const sent = statement.conditions.filter(({ key }) => !key.startsWith("aws:"));
  for (const { key, values } of sent) context.set(key, values);
  return evaluate({ statements: [statement] }, { ...lack, context }) === "allowed";
}
