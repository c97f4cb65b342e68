import type { Service } from "../service.ts";
import { ec2Query } from "./ec2-query.ts";
import { json11 } from "./json.ts";
import type { Protocol } from "./protocol.ts";
import { query } from "./query.ts";
import { restJson1 } from "./rest-json.ts";

/** The protocols that the local AWS speaks, by the name that a service gives its own. */
export const protocols: Readonly<Record<Service["protocol"], Protocol>> = {
  "json-1.1": json11,
  "rest-json-1": restJson1,
  query,
  "ec2-query": ec2Query,
};
