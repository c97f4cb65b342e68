import type { Filter } from "@aws-sdk/client-secrets-manager";
import { unsupported } from "../unsupported.ts";
import type { Secret } from "./secrets-manager-state.ts";

type TextsOf = (secret: Secret) => string[];

const textsByKey: Readonly<Record<string, TextsOf | undefined>> = {
  name: (secret) => [secret.name],
  description: (secret) => [secret.description ?? ""],
  "tag-key": (secret) => secret.tags.map((tag) => tag.Key ?? ""),
  "tag-value": (secret) => secret.tags.map((tag) => tag.Value ?? ""),
};

/**
 * The secrets that meet every filter: by one of its values, which are prefixes, a leading `!` meaning "not".
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Filter.html
 */
export function filterSecrets(secrets: readonly Secret[], filters: readonly Filter[]): Secret[] {
  const wanted = filters.map(({ Key = "", Values = [] }) => {
    const textsOf = textsByKey[Key];
    if (!textsOf) throw unsupported(`the filter ${Key}`);
    return { textsOf, values: Values };
  });
  return secrets.filter((secret) =>
    wanted.every(({ textsOf, values }) => values.some((value) => matches(textsOf(secret), value))),
  );
}

function matches(texts: readonly string[], value: string): boolean {
  const negated = value.startsWith("!");
  const prefix = negated ? value.slice(1) : value;
  return texts.some((text) => text.startsWith(prefix)) !== negated;
}
