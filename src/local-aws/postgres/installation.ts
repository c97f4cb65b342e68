/** The PostgreSQL programs found on this machine, and the user that servers run as. */
export interface PostgresInstallation {
  /** Folder of `initdb`, `postgres`, `pg_dump`, … */
  readonly binDirectory: string;
  readonly majorVersion: number;
  /** The version of pgvector that this installation can create, for example `0.8.0`. */
  readonly pgvectorVersion: string;
  /** Set when this process is root: PostgreSQL refuses to run as root, so its programs run as this user. */
  readonly runAs: { readonly uid: number; readonly gid: number; readonly name: string } | undefined;
}
