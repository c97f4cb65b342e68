/** The ways to the databases; `auto` chooses for each of them. */
export const connects = ["auto", "data-api", "direct"] as const;

export type Connect = (typeof connects)[number];

export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** How the operator wants the databases to be reached. Only this tool's own connections: DMS always goes to the cluster's own host. */
export interface Reach {
  readonly connect: Connect;
  /** Where a tunnel to a side begins, for example one of SSM port forwarding. */
  readonly tunnels: { readonly source?: HostAndPort | undefined; readonly target?: HostAndPort | undefined };
}
