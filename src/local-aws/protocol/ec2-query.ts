import type { NormalizedSchema } from "@smithy/core/schema";
import type { AwsFault } from "../fault.ts";
import type { Service } from "../service.ts";
import { type FormDialect, parseForm, readStructure } from "./form.ts";
import type { Operation } from "./operation.ts";
import type { Protocol, WireAnswer, WireRequest } from "./protocol.ts";
import { actionOf } from "./query.ts";
import { refusals } from "./refusals.ts";
import { escapeXml, membersAsXml } from "./xml.ts";

/** Keys are capitalised, or named by a trait of their own; every list is flat. */
const dialect: FormDialect = {
  memberKey(name: string, member: NormalizedSchema) {
    const traits = member.getMergedTraits();
    if (typeof traits["ec2QueryName"] === "string") return traits["ec2QueryName"];
    const key = traits.xmlName ?? name;
    return key.charAt(0).toUpperCase() + key.slice(1);
  },
  itemsOf: (node) => node,
  malformed: refusals["ec2-query"].malformed,
};

/** EC2's own kind of Query: https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html */
export const ec2Query: Protocol = {
  operationName: actionOf,

  decode(operation: Operation, request: WireRequest): Promise<Record<string, unknown>> {
    return Promise.resolve(readStructure(operation.input, parseForm(Buffer.from(request.body).toString()), dialect));
  },

  encode(service: Service, operation: Operation, output: object, requestId: string): WireAnswer {
    const members = operation.output.isUnitSchema() ? "<return>true</return>" : membersAsXml(operation.output, output);
    const name = `${operation.name}Response`;
    const id = `<requestId>${requestId}</requestId>`;
    return xmlAnswer(200, `<${name} xmlns="${service.xmlNamespace ?? ""}">${id}${members}</${name}>`);
  },

  encodeFault(fault: AwsFault, requestId: string): WireAnswer {
    const error = `<Error><Code>${escapeXml(fault.code)}</Code><Message>${escapeXml(fault.message)}</Message></Error>`;
    return xmlAnswer(fault.status, `<Response><Errors>${error}</Errors><RequestID>${requestId}</RequestID></Response>`);
  },
};

function xmlAnswer(status: number, body: string): WireAnswer {
  const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
  return { status, headers: { "content-type": "text/xml;charset=UTF-8" }, body: declaration + body };
}
