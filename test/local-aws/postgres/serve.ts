// Started by server.pg.test.ts as a process of its own: serves a data directory until it is killed.
import { dirname } from "node:path";
import { openCertificateAuthority } from "../../../src/local-aws/postgres/certificates.ts";
import { findPostgres } from "../../../src/local-aws/postgres/installation.ts";
import { createPostgresServer } from "../../../src/local-aws/postgres/server.ts";

const [dataDirectory = "", port = ""] = process.argv.slice(2);
const installation = await findPostgres();
const certificates = await openCertificateAuthority(dirname(dataDirectory));
const server = createPostgresServer({ installation, certificates, dataDirectory, port: Number(port) });
await server.start({});
process.stdout.write("ready\n");
setInterval(() => {}, 60_000);
