/** Writes docs/verification.schema.json, the published form of what `verify-counts --json` prints. A test tells when it is out of date. */
import { writeFileSync } from "node:fs";
import { publishedSchema } from "../src/verify/published-schema.ts";

writeFileSync("docs/verification.schema.json", `${JSON.stringify(publishedSchema(), undefined, 2)}\n`);
