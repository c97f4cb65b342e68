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

export interface Vpc {
  readonly id: string;
  readonly cidr: string;
  /** Security groups can be told by their names in the default VPC alone. */
  readonly isDefault?: boolean;
}

export interface Ec2State {
  readonly vpcs: Map<string, Vpc>;
  readonly subnets: Map<string, Subnet>;
  readonly securityGroups: Map<string, SecurityGroup>;
}

/** A Region without networks. */
export function newEc2State(): Ec2State {
  return { vpcs: new Map(), subnets: new Map(), securityGroups: new Map() };
}
