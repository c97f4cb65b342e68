import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bundle, dist } from "./bundle.ts";
import { thirdPartyLicenses } from "./third-party-licenses.ts";

/** Builds `dist/`: what `npm pack` packs, complete without any package beside it. */
await rm(dist, { recursive: true, force: true });
const metafile = await bundle({ write: true });
await writeFile(join(dist, "THIRD-PARTY-LICENSES.txt"), thirdPartyLicenses(metafile));
