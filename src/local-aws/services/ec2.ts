import * as sdk from "@aws-sdk/client-ec2";
import type { Service } from "../service.ts";
import { describeRuleHandlers } from "./ec2/describe-rules.ts";
import { ingressHandlers } from "./ec2/ingress.ts";
import { networkHandlers } from "./ec2/networks.ts";
import { securityGroupHandlers } from "./ec2/security-groups.ts";
import { tagHandlers } from "./ec2/tagging.ts";

/** Amazon EC2, VPCs, subnets and security groups: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Welcome.html */
export function ec2Service(): Service {
  return {
    signingName: "ec2",
    protocol: "ec2-query",
    target: "2016-11-15",
    xmlNamespace: "http://ec2.amazonaws.com/doc/2016-11-15/",
    sdk,
    handlers: {
      ...networkHandlers,
      ...securityGroupHandlers,
      ...ingressHandlers,
      ...describeRuleHandlers,
      ...tagHandlers,
    },
  };
}
