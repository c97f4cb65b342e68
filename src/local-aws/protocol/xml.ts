import { XmlCodec } from "@aws-sdk/core/protocols";
import type { NormalizedSchema } from "@smithy/core/schema";

/** Timestamps are ISO 8601 (format 5) unless a trait says otherwise. */
const codec = new XmlCodec({ timestampFormat: { useTrait: true, default: 5 }, xmlNamespace: "", serviceNamespace: "" });

/** The members of an output structure as XML, without the element around them; empty for an operation that gives nothing. */
export function membersAsXml(schema: NormalizedSchema, value: object): string {
  if (schema.isUnitSchema()) return "";
  const serializer = codec.createSerializer();
  serializer.write(schema, value);
  const element = String(serializer.flush());
  return /^<[^>]*\/>$/.test(element) ? "" : element.replace(/^<[^>]*>|<\/[^>]*>$/g, "");
}

/** Text made safe inside an element. */
export function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
