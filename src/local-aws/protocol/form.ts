import { parseRfc3339DateTimeWithOffset } from "@smithy/core/serde";
import type { NormalizedSchema } from "@smithy/core/schema";
import type { Refusals } from "./refusals.ts";

/** A form's parameters as the tree that their dotted names spell: `Tags.member.1.Key=a`. */
export interface FormNode {
  value: string | undefined;
  readonly children: Map<string, FormNode>;
}

/** What the two Query protocols write differently. */
export interface FormDialect {
  memberKey(name: string, member: NormalizedSchema): string;
  /** The node whose children 1, 2, … are the items. */
  itemsOf(node: FormNode, list: NormalizedSchema): FormNode | undefined;
  readonly malformed: Refusals["malformed"];
}

/** Reads an `application/x-www-form-urlencoded` body. */
export function parseForm(body: string): FormNode {
  const root: FormNode = { value: undefined, children: new Map() };
  for (const [name, value] of new URLSearchParams(body)) {
    let node = root;
    for (const part of name.split(".")) {
      const child = node.children.get(part) ?? { value: undefined, children: new Map() };
      node.children.set(part, child);
      node = child;
    }
    node.value = value;
  }
  return root;
}

/** The value of `schema` that the tree holds at `node`. Throws the dialect's refusal for text that is no such value. */
function readForm(schema: NormalizedSchema, node: FormNode, dialect: FormDialect): unknown {
  if (schema.isStructSchema()) return readStructure(schema, node, dialect);
  if (schema.isListSchema()) return readList(schema, node, dialect);
  if (schema.isMapSchema()) return readMap(schema, node, dialect);
  return node.value === undefined ? undefined : readScalar(schema, node.value, dialect);
}

/** A structure of a form: only the members that were sent. */
export function readStructure(schema: NormalizedSchema, node: FormNode, dialect: FormDialect): Record<string, unknown> {
  const read: Record<string, unknown> = {};
  for (const [name, member] of schema.structIterator()) {
    const child = node.children.get(dialect.memberKey(name, member));
    const value = child && readForm(member, child, dialect);
    if (value !== undefined) read[name] = value;
  }
  return read;
}

/** An empty list is sent as the list's name with an empty value. */
function readList(schema: NormalizedSchema, node: FormNode, dialect: FormDialect): unknown[] | undefined {
  const items = numbered(dialect.itemsOf(node, schema));
  if (items.length === 0) return node.value === "" ? [] : undefined;
  return items.map((item) => readForm(schema.getValueSchema(), item, dialect));
}

function readMap(schema: NormalizedSchema, node: FormNode, dialect: FormDialect): Record<string, unknown> {
  const flattened = schema.getMergedTraits().xmlFlattened;
  const keyName = schema.getKeySchema().getMergedTraits().xmlName ?? "key";
  const valueName = schema.getValueSchema().getMergedTraits().xmlName ?? "value";
  const entries = numbered(flattened ? node : node.children.get("entry")).flatMap((entry) => {
    const key = entry.children.get(keyName)?.value;
    const value = entry.children.get(valueName);
    if (key === undefined || !value) return [];
    return [[key, readForm(schema.getValueSchema(), value, dialect)] as const];
  });
  return Object.fromEntries(entries);
}

function numbered(node: FormNode | undefined): FormNode[] {
  return [...(node?.children ?? [])]
    .filter(([key]) => /^\d+$/.test(key))
    .toSorted(([a], [b]) => Number(a) - Number(b))
    .map(([, item]) => item);
}

function readScalar(schema: NormalizedSchema, text: string, dialect: FormDialect): unknown {
  const name = schema.getMemberName();
  if (schema.isBooleanSchema()) {
    if (!/^(true|false)$/i.test(text)) throw dialect.malformed(name, "a Boolean");
    return text.toLowerCase() === "true";
  }
  if (schema.isNumericSchema()) {
    if (!/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text)) throw dialect.malformed(name, "a number");
    return Number(text);
  }
  if (schema.isTimestampSchema()) return readTimestamp(name, text, dialect);
  if (schema.isBlobSchema()) return Uint8Array.from(Buffer.from(text, "base64"));
  return text;
}

function readTimestamp(name: string, text: string, dialect: FormDialect): Date {
  try {
    const read = parseRfc3339DateTimeWithOffset(text);
    if (read) return read;
  } catch {
    // Refused below, as every other malformed value.
  }
  throw dialect.malformed(name, "a timestamp");
}
