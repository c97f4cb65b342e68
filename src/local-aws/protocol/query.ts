import type { NormalizedSchema } from "@smithy/core/schema";
import type { AwsFault } from "../fault.ts";
import type { Service } from "../service.ts";
import { type FormDialect, type FormNode, parseForm, readStructure } from "./form.ts";
import { modelledError } from "./modelled-errors.ts";
import type { Operation } from "./operation.ts";
import type { Protocol, WireAnswer, WireRequest } from "./protocol.ts";
import { refusals } from "./refusals.ts";
import { escapeXml, membersAsXml } from "./xml.ts";

/** How Query writes members and lists. */
export const queryDialect: FormDialect = {
  memberKey: (name: string, member: NormalizedSchema) => member.getMergedTraits().xmlName ?? name,
  itemsOf(node: FormNode, list: NormalizedSchema) {
    if (list.getMergedTraits().xmlFlattened) return node;
    return node.children.get(list.getValueSchema().getMergedTraits().xmlName ?? "member");
  },
  malformed: refusals.query.malformed,
};

/** The operation of a form body, where its `Version` is the service's. Both Query protocols name it so. */
export function actionOf(service: Service, request: WireRequest): string | undefined {
  const form = new URLSearchParams(Buffer.from(request.body).toString());
  return form.get("Version") === service.target ? (form.get("Action") ?? undefined) : undefined;
}

/** AWS Query, form in and XML out: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
export const query: Protocol = {
  operationName: actionOf,

  decode(operation: Operation, request: WireRequest): Promise<Record<string, unknown>> {
    return Promise.resolve(
      readStructure(operation.input, parseForm(Buffer.from(request.body).toString()), queryDialect),
    );
  },

  encode(service: Service, operation: Operation, output: object, requestId: string): WireAnswer {
    const { name } = operation;
    const members = membersAsXml(operation.output, output);
    const result = operation.output.isUnitSchema() ? "" : `<${name}Result>${members}</${name}Result>`;
    const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
    return xmlAnswer(
      200,
      `<${name}Response xmlns="${service.xmlNamespace ?? ""}">${result}${metadata}</${name}Response>`,
    );
  },

  encodeFault(fault: AwsFault, requestId: string, service?: Service): WireAnswer {
    const modelled = service && modelledError(service, fault.code);
    const status = modelled?.status ?? fault.status;
    const code = escapeXml(modelled?.queryCode ?? fault.code);
    const type = status < 500 ? "Sender" : "Receiver";
    const error = `<Error><Type>${type}</Type><Code>${code}</Code><Message>${escapeXml(fault.message)}</Message></Error>`;
    const namespace = service?.xmlNamespace ? ` xmlns="${service.xmlNamespace}"` : "";
    return xmlAnswer(status, `<ErrorResponse${namespace}>${error}<RequestId>${requestId}</RequestId></ErrorResponse>`);
  },
};

function xmlAnswer(status: number, body: string): WireAnswer {
  return { status, headers: { "content-type": "text/xml" }, body };
}
