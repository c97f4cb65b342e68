import { arnOf } from "../../arn.ts";
import type { Role } from "../iam-state.ts";
import type { World } from "../../world.ts";

type OneOrMany<T> = T | readonly T[];

interface Statement {
  readonly Effect?: string;
  readonly Action?: OneOrMany<string>;
  readonly Resource?: OneOrMany<string>;
  readonly Principal?: string | { readonly Service?: OneOrMany<string> };
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMany<string>>>>>;
}

/** What AWS's managed policies allow, as far as DMS asks. */
const managed: Readonly<Record<string, readonly Statement[]>> = {
  "arn:aws:iam::aws:policy/SecretsManagerReadWrite": [{ Effect: "Allow", Action: "secretsmanager:*", Resource: "*" }],
};

/**
 * Whether `service` may assume the role: a statement of its trust policy allows it, and its conditions hold for a call that DMS
 * makes for this account (`aws:SourceAccount`, `aws:SourceArn`; a condition on anything else does not hold).
 */
export function roleTrusts(role: Role, service: string, world: World): boolean {
  const applies = statementsOf(role.assumeRolePolicyDocument).filter(
    (statement) =>
      servicesOf(statement).includes(service) &&
      actionFits(statement, "sts:AssumeRole") &&
      conditionsHold(statement, world),
  );
  return isAllowed(applies);
}

/** Whether the role's policies allow `action` on `resource`. Identity policies only, `*` and `?` as wildcards; Deny wins. */
export function roleAllows(role: Role, action: string, resource: string): boolean {
  const inline = [...role.policies.values()].flatMap(statementsOf);
  const attached = [...role.attached].flatMap((arn) => managed[arn] ?? []);
  return isAllowed(
    [...inline, ...attached].filter(
      (statement) =>
        actionFits(statement, action) && many(statement.Resource ?? []).some((one) => matches(one, resource)),
    ),
  );
}

function isAllowed(statements: readonly Statement[]): boolean {
  return statements.some(({ Effect }) => Effect === "Allow") && !statements.some(({ Effect }) => Effect === "Deny");
}

function statementsOf(policy: string): readonly Statement[] {
  const { Statement = [] } = JSON.parse(policy) as { Statement?: OneOrMany<Statement> };
  return many(Statement);
}

function servicesOf({ Principal }: Statement): readonly string[] {
  return typeof Principal === "object" && Principal.Service !== undefined ? many(Principal.Service) : [];
}

function conditionsHold({ Condition = {} }: Statement, world: World): boolean {
  return Object.entries(Condition).every(([operator, wanted]) =>
    Object.entries(wanted).every(([key, values]) => {
      if (!/^(String|Arn)(Equals|Like)$/.test(operator)) return false;
      return many(values).some((pattern) => conditionValueFits(key.toLowerCase(), pattern, world));
    }),
  );
}

/** DMS's calls are made for a resource of this account and Region; which one is left open. */
function conditionValueFits(key: string, pattern: string, world: World): boolean {
  const arnPrefix = arnOf(world, "dms", "");
  if (key === "aws:sourceaccount") return matches(pattern, world.accountId);
  return key === "aws:sourcearn" && (pattern.startsWith(arnPrefix) || matches(pattern, arnPrefix));
}

function actionFits({ Action = [] }: Statement, action: string): boolean {
  return many(Action).some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase()));
}

function matches(pattern: string, value: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${expression}$`, "s").test(value);
}

function many<T>(value: OneOrMany<T>): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
