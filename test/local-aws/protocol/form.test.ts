import { QueryShapeSerializer } from "@aws-sdk/core/protocols";
import { NormalizedSchema } from "@smithy/core/schema";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { FormDialect } from "../../../src/local-aws/protocol/form.ts";
import { parseForm, readStructure } from "../../../src/local-aws/protocol/form.ts";
import { queryDialect } from "../../../src/local-aws/protocol/query.ts";

const inner = [3, "test", "Inner", 0, ["Name", "Count", "When", "Yes"], [0, 1, 4, 2]];
const flatMap = [2, "test", "FlatMap", { xmlFlattened: 1 }, [0, { xmlName: "K" }], [0, { xmlName: "V" }]];
const named = [1, "test", "NamedList", 0, [() => inner, { xmlName: "Item" }]];
const outer = [
  3,
  "test",
  "Outer",
  0,
  ["Plain", "Named", "Flat", "Lists", "ByName", "FlatByName", "Blob", "Renamed"],
  [
    64 | 0,
    () => named,
    [64 | 0, { xmlFlattened: 1, xmlName: "FlatItem" }],
    [1, "test", "Lists", 0, [1, "test", "Texts", 0, 0]],
    [2, "test", "Map", 0, 0, () => inner],
    () => flatMap,
    21,
    [0, { xmlName: "OtherName" }],
  ],
];
const schema = NormalizedSchema.of(outer as unknown as Parameters<typeof NormalizedSchema.of>[0]);

/** As the SDK's Query client writes it. */
function asForm(value: object): string {
  const settings = { timestampFormat: { useTrait: true, default: 5 as const }, httpBindings: false, xmlNamespace: "" };
  const serializer = new QueryShapeSerializer({ ...settings, serializeEmptyLists: true });
  serializer.write(schema, value);
  return String(serializer.flush());
}

const text = fc.string({ unit: "binary", minLength: 1 });
const innerValue = fc.record({
  Name: text,
  Count: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
  When: fc.date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true }),
  Yes: fc.boolean(),
});
const filled = { minLength: 1, maxLength: 12 };
const outerValue = fc.record(
  {
    Plain: fc.array(text, { maxLength: 12 }),
    Named: fc.array(innerValue, filled),
    Flat: fc.array(text, filled),
    Lists: fc.array(fc.array(text, filled), filled),
    ByName: fc.dictionary(text, innerValue, { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
    FlatByName: fc.dictionary(text, text, { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
    Blob: fc.uint8Array({ minLength: 1 }),
    Renamed: text,
  },
  { requiredKeys: [] },
);

test("whatever the SDK's Query client writes is read as it was", () => {
  fc.assert(
    fc.property(outerValue, (value) => {
      expect(readStructure(schema, parseForm(asForm({ Plain: ["x"], ...value })), queryDialect)).toEqual({
        Plain: ["x"],
        ...value,
      });
    }),
  );
});

test.each([
  ["Named.Item.1.Count", "many", "Count is not a number"],
  ["Named.Item.1.Yes", "perhaps", "Yes is not a Boolean"],
  ["Named.Item.1.When", "tomorrow", "When is not a timestamp"],
])("%s=%s is refused", (name, value, message) => {
  const dialect: FormDialect = queryDialect;
  expect(() => readStructure(schema, parseForm(`${name}=${value}`), dialect)).toThrow(message);
});

test("items are taken in the order of their numbers, which may have gaps", () => {
  const form = parseForm("Plain.member.10=c&Plain.member.2=b&Plain.member.1=a");
  expect(readStructure(schema, form, queryDialect)).toEqual({ Plain: ["a", "b", "c"] });
});
