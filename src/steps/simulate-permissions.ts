import type { ContextEntry, EvaluationResult, Role } from "@aws-sdk/client-iam";
import { awsErrorName, unlessAws } from "../aws/errors.ts";
import { allPages } from "../aws/pages.ts";
import type { Context } from "../context.ts";
import { explainError } from "../explain-error.ts";
import type { Task } from "../progress.ts";

/** A statement of the operator's policy, as iam-policy/ prints it. */
export interface NeededStatement {
  readonly Sid: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** What IAM says: which actions the caller may not do, or why it is not known. */
export type SimulatedPermissions =
  { readonly principal: string; readonly denied: readonly Denied[] } | { readonly unknown: string };

interface Denied {
  readonly action: string;
  /** The Sid of the statement that would allow it. */
  readonly statement: string;
}

/** One question to IAM: these actions on these resources. */
export interface Simulation {
  readonly statement: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly context: readonly ContextEntry[];
}

/**
 * Asks IAM whether the caller may do what these statements allow (iam:SimulatePrincipalPolicy). Changes nothing. Never throws for an answer
 * that AWS does not give: then it is not known.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
export async function simulatePermissions(
  statements: readonly NeededStatement[],
  context: Context,
): Promise<SimulatedPermissions> {
  using task = context.progress.begin("permissions");
  try {
    const { Arn: caller = "" } = await context.aws.sts.getCallerIdentity({});
    const principal = await principalOf(caller, context);
    if (principal === undefined) {
      task.end("could not be simulated");
      return { unknown: `IAM simulates users and roles only, and ${caller} is neither` };
    }
    const denied = await allDenied(statements, principal, task, context);
    task.end(denied.length === 0 ? `${principal} may do all of it` : `${denied.length} missing`);
    return { principal, denied };
  } catch (error) {
    context.signal.throwIfAborted();
    task.end("could not be simulated");
    return { unknown: explainError(error)?.message ?? String(error) };
  }
}

async function allDenied(
  statements: readonly NeededStatement[],
  principal: string,
  task: Task,
  context: Context,
): Promise<Denied[]> {
  const simulations = statements.flatMap((one) => simulationsOf(one, context.region));
  const denied: Denied[] = [];
  for (const [index, simulation] of simulations.entries()) {
    task.measure({ done: index, total: simulations.length, unit: "questions" });
    denied.push(...(await deniedOf(simulation, principal, context)));
  }
  return denied;
}

/**
 * The user or role behind a caller's ARN; undefined for root. A session does not tell its role's path (IAM Identity Center's roles have one):
 * the list of roles does.
 */
async function principalOf(caller: string, context: Context): Promise<string | undefined> {
  if (/^arn:[^:]+:iam::\d+:(user|role)\//.test(caller)) return caller;
  const role = /^arn:[^:]+:sts::\d+:assumed-role\/([^/]+)\//.exec(caller)?.[1];
  if (role === undefined) return undefined;
  const listed = await unlessAws(["AccessDenied"], () => listRoles(context));
  return listed?.find((one) => one.RoleName === role)?.Arn ?? `arn:aws:iam::${context.account}:role/${role}`;
}

function listRoles({ aws }: Context): Promise<Role[]> {
  return allPages(async (Marker) => {
    const page = await aws.iam.listRoles(Marker === undefined ? {} : { Marker });
    return { items: page.Roles, next: page.IsTruncated === true ? page.Marker : undefined };
  });
}

/**
 * A statement as questions, one for each service that its actions are of: an action is asked for on resources of its own service alone.
 * What a pattern leaves open is filled in, and conditions are met. Pure.
 */
export function simulationsOf(statement: NeededStatement, region: string): Simulation[] {
  const resources = [statement.Resource].flat();
  const actions = [statement.Action].flat();
  const context = [...contextOf(statement), entry("aws:RequestedRegion", region)];
  const prefixes = [...new Set(actions.map(prefixOf))];
  return prefixes
    .map((prefix) => ({
      statement: statement.Sid,
      actions: actions.filter((action) => prefixOf(action) === prefix),
      resources: resources.includes("*")
        ? ["*"]
        : resources.filter((one) => one.split(":")[2] === arnService(prefix)).map(filledIn),
      // IAM's own requests are of no Region that the operator names.
      context: prefix === "iam" ? contextOf(statement) : context,
    }))
    .filter((one) => one.resources.length > 0);
}

function prefixOf(action: string): string {
  return action.split(":")[0] ?? "";
}

/** The service in the ARNs of what an action is done to: the Data API's are RDS's clusters (Service Authorization Reference, "rds-data"). */
function arnService(prefix: string): string {
  return prefix === "rds-data" ? "rds" : prefix;
}

function contextOf({ Condition = {} }: NeededStatement): ContextEntry[] {
  return Object.values(Condition).flatMap((keys) =>
    Object.entries(keys).map(([key, values]) => entry(key, filledIn([values].flat()[0] ?? ""))),
  );
}

function entry(key: string, value: string): ContextEntry {
  return { ContextKeyName: key, ContextKeyValues: [value], ContextKeyType: "string" };
}

function filledIn(pattern: string): string {
  return pattern.replaceAll("*", "000000-check");
}

/** IAM refuses to look at some actions of one service together, and no list says at which: each is asked for by itself then. */
async function deniedOf(simulation: Simulation, principal: string, context: Context): Promise<Denied[]> {
  try {
    return await askedTogether(simulation, principal, context);
  } catch (error) {
    if (!/^InvalidInput(Exception)?$/.test(awsErrorName(error)) || simulation.actions.length === 1) throw error;
    const alone = simulation.actions.map((action) => ({ ...simulation, actions: [action] }));
    const denied: Denied[] = [];
    for (const one of alone) denied.push(...(await askedTogether(one, principal, context)));
    return denied;
  }
}

/**
 * An action counts as denied where it is on every resource of the question: some of a statement's are another action's. IAM gives one result
 * an action, whose own decision is that of the resource that is worst off, and the resources' beneath it.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html
 */
async function askedTogether(
  { statement, actions, resources, context: entries }: Simulation,
  principal: string,
  { aws }: Context,
): Promise<Denied[]> {
  const results = await allPages(async (Marker) => {
    const page = await aws.iam.simulatePrincipalPolicy({
      PolicySourceArn: principal,
      ActionNames: [...actions],
      ResourceArns: [...resources],
      ContextEntries: [...entries],
      ...(Marker !== undefined && { Marker }),
    });
    return { items: page.EvaluationResults, next: page.IsTruncated === true ? page.Marker : undefined };
  });
  const allowed = new Set(results.filter(isAllowedSomewhere).map((one) => one.EvalActionName));
  return actions.filter((action) => !allowed.has(action)).map((action) => ({ action, statement }));
}

function isAllowedSomewhere({ EvalDecision, ResourceSpecificResults = [] }: EvaluationResult): boolean {
  return EvalDecision === "allowed" || ResourceSpecificResults.some((one) => one.EvalResourceDecision === "allowed");
}
