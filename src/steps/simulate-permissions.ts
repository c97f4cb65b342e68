import type { ContextEntry, Role } from "@aws-sdk/client-iam";
import { unlessAws } from "../aws/errors.ts";
import { allPages } from "../aws/pages.ts";
import type { Context } from "../context.ts";
import { explainError } from "../explain-error.ts";

/** A statement of the operator's policy, as iam-policy/ prints it. */
export interface NeededStatement {
  readonly Sid: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** What IAM says: which actions the caller may not do, or why it is not known. */
export type SimulatedPermissions =
  | { readonly principal: string; readonly denied: readonly { readonly action: string; readonly statement: string }[] }
  | { readonly unknown: string };

/** One question to IAM: these actions on these resources. */
export interface Simulation {
  readonly statement: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly context: readonly ContextEntry[];
}

/**
 * Asks IAM whether the caller may do what these statements allow (iam:SimulatePrincipalPolicy). Changes nothing. Never throws for an answer
 * that IAM does not give: then it is not known.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
export async function simulatePermissions(
  statements: readonly NeededStatement[],
  context: Context,
): Promise<SimulatedPermissions> {
  const { Arn: caller = "" } = await context.aws.sts.getCallerIdentity({});
  const principal = await principalOf(caller, context);
  if (principal === undefined) return { unknown: `IAM simulates users and roles only, and ${caller} is neither` };
  const simulations = statements.flatMap((one) => simulationsOf(one, context.region));
  using task = context.progress.begin("permissions");
  const denied: { action: string; statement: string }[] = [];
  try {
    for (const [index, simulation] of simulations.entries()) {
      task.measure({ done: index, total: simulations.length, unit: "questions" });
      denied.push(...(await deniedOf(simulation, principal, context)));
    }
  } catch (error) {
    context.signal.throwIfAborted();
    task.end("could not be simulated");
    return { unknown: explainError(error)?.message ?? String(error) };
  }
  task.end(denied.length === 0 ? `${principal} may do all of it` : `${denied.length} missing`);
  return { principal, denied };
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
 * A statement as questions, one for each service that its resources are of: an action is asked for on resources of its own service alone.
 * What a pattern leaves open is filled in, and conditions are met. Pure.
 */
export function simulationsOf(statement: NeededStatement, region: string): Simulation[] {
  const resources = [statement.Resource].flat();
  const actions = [statement.Action].flat();
  const context = [...contextOf(statement), entry("aws:RequestedRegion", region)];
  const ofService = (service: string) => resources.filter((one) => one.split(":")[2] === service);
  const services = [...new Set(resources.map((one) => one.split(":")[2] ?? ""))];
  if (resources.includes("*")) return [{ statement: statement.Sid, actions, resources: ["*"], context }];
  return services
    .map((service) => ({
      statement: statement.Sid,
      actions: actions.filter((action) => action.startsWith(`${service}:`)),
      resources: ofService(service).map(filledIn),
      context: service === "iam" ? contextOf(statement) : context,
    }))
    .filter((one) => one.actions.length > 0);
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

/** An action counts as denied where it is on every resource of the question: some of a statement's are another action's. */
async function deniedOf(
  { statement, actions, resources, context: entries }: Simulation,
  principal: string,
  { aws }: Context,
): Promise<{ action: string; statement: string }[]> {
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
  const allowed = new Set(results.filter((one) => one.EvalDecision === "allowed").map((one) => one.EvalActionName));
  return actions.filter((action) => !allowed.has(action)).map((action) => ({ action, statement }));
}
