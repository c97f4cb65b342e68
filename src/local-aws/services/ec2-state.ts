export interface IngressRule {
  readonly id: string;
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
  /** Exactly one of the two. */
  readonly sourceGroupId: string | undefined;
  readonly cidr: string | undefined;
  readonly description: string | undefined;
  readonly tags: { Key?: string | undefined; Value?: string | undefined }[];
}

export interface SecurityGroup {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly vpcId: string;
  readonly tags: { Key?: string | undefined; Value?: string | undefined }[];
  ingress: IngressRule[];
}

export interface Subnet {
  readonly id: string;
  readonly vpcId: string;
  readonly availabilityZone: string;
  readonly cidr: string;
}

export interface Ec2State {
  readonly vpcs: Map<string, { readonly id: string; readonly cidr: string }>;
  readonly subnets: Map<string, Subnet>;
  readonly securityGroups: Map<string, SecurityGroup>;
}
