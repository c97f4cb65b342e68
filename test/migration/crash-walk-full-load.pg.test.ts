import { walk } from "./crash-walk.ts";

walk("a full load, killed after lines 6, 21, and every thirtieth line from there", [6, 21], {
  migrationType: "full-load",
  dmsLogin: undefined,
});
