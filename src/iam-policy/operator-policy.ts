import { permissions } from "./permissions.ts";
import { type Condition, type PolicyScope, reaches, type ReachName } from "./reach.ts";

export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Condition;
}

export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly PolicyStatement[];
}

/** What the operator needs for all that the code can call: one statement for each reach, always in the same order. */
export function operatorPolicy(scope: PolicyScope): PolicyDocument {
  const names = Object.keys(reaches) as ReachName[];
  return { Version: "2012-10-17", Statement: names.flatMap((name) => statementOf(name, scope)) };
}

/** What writes a role: not the operator's, where an administrator has made the roles. */
const writesRole = /^iam:(Attach|Create|Delete|Put|Tag)/;

function statementOf(name: ReachName, scope: PolicyScope): PolicyStatement[] {
  const actions = permissions
    .filter(({ reach, action }) => reach === name && !(scope.dmsRoles !== undefined && writesRole.test(action)))
    .map(({ action }) => action);
  if (actions.length === 0) return [];
  const reach = reaches[name];
  return [
    {
      Sid: name,
      Effect: "Allow",
      Action: oneOrMore([...new Set(actions)].toSorted()),
      Resource: oneOrMore(reach.resources(scope)),
      ...("condition" in reach && { Condition: reach.condition(scope) }),
    },
  ];
}

/** A list of one without its brackets: IAM takes both, and counts every character. */
function oneOrMore(texts: readonly string[]): string | readonly string[] {
  const [only] = texts;
  return texts.length === 1 && only !== undefined ? only : texts;
}
