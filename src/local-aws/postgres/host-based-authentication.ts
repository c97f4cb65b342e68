/**
 * The text of `pg_hba.conf`. `rdsadmin` logs in over the Unix socket alone, which only the servers' user can reach; everybody else
 * over TCP with a password, as on RDS. Without TLS only while `rds.force_ssl` is 0, which it is by default on Aurora PostgreSQL 15
 * and 16 (Aurora User Guide, "Requiring an SSL/TLS connection").
 */
export function hostBasedAuthentication(forceSsl: boolean): string {
  const kind = forceSsl ? "hostssl" : "host";
  const rules = [
    "local all,replication rdsadmin trust",
    "local all,replication all reject",
    "host all,replication rdsadmin all reject",
    ...["127.0.0.1/32", "::1/128"].map((address) => `${kind} all,replication all ${address} scram-sha-256`),
  ];
  return `${rules.join("\n")}\n`;
}
