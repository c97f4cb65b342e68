import packageJson from "../package.json" with { type: "json" };

/** This package's version. The build puts it into the bundle: nothing is read at run time. */
export const version: string = packageJson.version;
