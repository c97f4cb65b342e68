import { z } from "zod";
import { commandFor, quoted } from "../command-for.ts";
import { dmsPrincipals, trustOfDms } from "../resources/dms-role-documents.ts";
import type { Finding } from "./finding.ts";

const texts = z.union([z.string(), z.array(z.string())]).transform((one) => (typeof one === "string" ? [one] : one));

const trustSchema = z.object({
  Statement: z.preprocess(
    (one) => (Array.isArray(one) ? one : [one]),
    z.array(
      z.object({
        Effect: z.string(),
        Action: texts.optional(),
        Principal: z.union([z.string(), z.looseObject({ Service: texts.optional() })]).optional(),
        Condition: z.record(z.string(), z.record(z.string(), texts)).optional(),
      }),
    ),
  ),
});

export interface RoleQuestion {
  readonly stack: string;
  readonly arn: string;
  readonly flag: string;
  /** Its trust policy as IAM gives it: URL-encoded JSON. */
  readonly trust: string;
  readonly region: string;
  readonly account: string;
}

/** What a given role's trust policy lacks: that DMS cannot assume it is a finding; a name that it may come under, a warning. */
export function judgeTrust(question: RoleQuestion): { readonly findings: Finding[]; readonly warnings: string[] } {
  const { arn, region, account } = question;
  const trusted = trustedServices(question);
  const missing = dmsPrincipals(region).filter((service) => !trusted.includes(service));
  if (missing.length === 0) return { findings: [], warnings: [] };
  const place = ["--account", account, "--region", region];
  const all = commandFor("iam-policy", question, "--for", purposeOf(question.flag), ...place);
  const remedy = [
    `Its trust policy must name ${dmsPrincipals(region).join(", ")}. To replace it by one that does, and nothing else (\`${all}\` prints it, too, with what the role must allow):`,
    `  aws iam update-assume-role-policy --role-name ${arn.split("/").at(-1)} --policy-document ${quoted(JSON.stringify(trustOfDms({ region, account })))}`,
  ].join("\n");
  if (missing.length < dmsPrincipals(region).length)
    return {
      findings: [],
      warnings: [`Role ${arn} does not trust ${missing.join(", ")}, under which DMS may come, too. ${remedy}`],
    };
  return { findings: [{ what: `Role ${arn} does not trust DMS: it cannot be assumed.`, remedy }], warnings: [] };
}

function purposeOf(flag: string): string {
  return flag.replace(/^--(.*)-arn$/, "$1");
}

function trustedServices({ trust, account }: RoleQuestion): string[] {
  const parsed = trustSchema.safeParse(parse(trust));
  if (!parsed.success) return [];
  return parsed.data.Statement.filter(
    ({ Effect, Action = [], Condition = {} }) =>
      Effect === "Allow" &&
      Action.some((one) => /^sts:(AssumeRole|\*)$/i.test(one)) &&
      // Which data migration comes is left open by a condition on its ARN; which account does not.
      Object.values(Condition).every((keys) =>
        Object.entries(keys).every(([key, values]) => !/^aws:SourceAccount$/i.test(key) || values.includes(account)),
      ),
  ).flatMap(({ Principal }) => (typeof Principal === "object" ? (Principal.Service ?? []) : []));
}

function parse(trust: string): unknown {
  try {
    return JSON.parse(decodeURIComponent(trust));
  } catch {
    return undefined;
  }
}
