import { type Condition, conditionOperators } from "./condition.ts";
import { hasSeveralValues, isSupplied } from "./condition-keys.ts";

/** A policy that the local AWS cannot enforce as it stands: what is wrong with it, and where. */
class PolicyError extends Error {
  override readonly name = "PolicyError";
}

/** Patterns of an element, or of its opposite (`NotAction`, `NotResource`). */
interface Patterns {
  readonly patterns: readonly string[];
  readonly except: boolean;
}

/** A statement whose every element is understood. */
export interface Statement {
  readonly effect: "Allow" | "Deny";
  readonly actions: Patterns;
  readonly resources: Patterns;
  readonly conditions: readonly Condition[];
}

/** An identity-based policy. */
export interface Policy {
  readonly statements: readonly Statement[];
}

/**
 * Reads an identity-based policy: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html. Throws a
 * PolicyError for what is no policy, and for each element, operator, condition key and variable that the local AWS would have to
 * overlook: what is overlooked in a policy allows what AWS refuses.
 */
export function readPolicy(text: string): Policy {
  const document = members(parse(text), "The policy", ["Version", "Id", "Statement"]);
  if (document["Version"] !== "2012-10-17") throw new PolicyError('Version must be "2012-10-17".');
  const statements = [document["Statement"]].flat();
  if (document["Statement"] === undefined || statements.length === 0) throw new PolicyError("It has no Statement.");
  return { statements: statements.map((statement, index) => readStatement(statement, `Statement ${index + 1}`)) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PolicyError(`It is not JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

const elements = ["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"] as const;

function readStatement(value: unknown, place: string): Statement {
  const statement = members(value, place, elements);
  const { Effect: effect, Sid: sid, Condition: condition = {} } = statement;
  const where = typeof sid === "string" ? `${place} (${sid})` : place;
  if (effect !== "Allow" && effect !== "Deny") throw new PolicyError(`${where}: Effect must be "Allow" or "Deny".`);
  const actions = readPatterns(statement, "Action", where);
  const resources = readPatterns(statement, "Resource", where);
  for (const action of actions.patterns) {
    if (!/^(\*|[a-z0-9-]+:[\w*?]+)$/i.test(action)) throw new PolicyError(`${where}: "${action}" is no action.`);
  }
  for (const resource of resources.patterns) {
    if (resource !== "*" && !/^arn:[^:]*(:[^:]*){3}:.+$/.test(resource))
      throw new PolicyError(`${where}: "${resource}" is no resource: an ARN, or *.`);
  }
  return { effect, actions, resources, conditions: readConditions(condition, where) };
}

function readPatterns(
  statement: Readonly<Record<string, unknown>>,
  element: "Action" | "Resource",
  where: string,
): Patterns {
  const opposite = `Not${element}`;
  const except = statement[opposite] !== undefined;
  if (except === (statement[element] !== undefined))
    throw new PolicyError(`${where} needs either ${element} or ${opposite}.`);
  const name = except ? opposite : element;
  return { patterns: texts(statement[name], `${where}: ${name}`), except };
}

function readConditions(value: unknown, where: string): Condition[] {
  return Object.entries(members(value, `${where}: Condition`)).flatMap(([operator, keys]) =>
    Object.entries(members(keys, `${where}: ${operator}`)).map(([key, values]) =>
      readCondition(operator, key, values, where),
    ),
  );
}

function readCondition(text: string, key: string, values: unknown, where: string): Condition {
  const [, over, name = "", ifExists] = /^(?:(ForAnyValue|ForAllValues):)?(\w+?)(IfExists)?$/.exec(text) ?? [];
  const operator = conditionOperators.find((known) => known === name);
  if (operator === undefined || (operator === "Null" && (over ?? ifExists) !== undefined))
    throw new PolicyError(`${where}: the local AWS does not know the condition operator ${text}.`);
  if (!isSupplied(key)) throw new PolicyError(`${where}: the local AWS does not know the condition key ${key}.`);
  if (hasSeveralValues(key) && over === undefined && operator !== "Null")
    throw new PolicyError(`${where}: ${key} has several values: it needs ForAnyValue: or ForAllValues:.`);
  const read = texts(typeof values === "boolean" ? String(values) : values, `${where}: ${key}`);
  if ((operator === "Null" || operator === "Bool") && !read.every((one) => /^(true|false)$/i.test(one)))
    throw new PolicyError(`${where}: ${text} of ${key} takes true or false.`);
  return {
    operator,
    over: over === undefined ? undefined : over === "ForAnyValue" ? "any" : "all",
    ifExists: ifExists !== undefined,
    key: key.toLowerCase(),
    values: read,
  };
}

/** One text or several. Policy variables are not filled in here, so none may stand in them. */
function texts(value: unknown, where: string): string[] {
  const several: unknown[] = Array.isArray(value) ? value : [value];
  if (several.length === 0) throw new PolicyError(`${where} is empty.`);
  return several.map((one) => {
    if (typeof one !== "string") throw new PolicyError(`${where} is a text, or a list of texts.`);
    if (one.includes("${")) throw new PolicyError(`${where}: the local AWS does not know policy variables (${one}).`);
    return one;
  });
}

function members(value: unknown, where: string, known?: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new PolicyError(`${where} is no JSON object.`);
  const [unknown] = known === undefined ? [] : Object.keys(value).filter((name) => !known.includes(name));
  if (unknown !== undefined) throw new PolicyError(`${where}: the local AWS does not know the element ${unknown}.`);
  return value as Readonly<Record<string, unknown>>;
}
