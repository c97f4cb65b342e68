import { walk } from "./crash-walk.ts";

walk("a full load, killed after lines 6, 15, and every twentieth line from there", [6, 15], {
  migrationType: "full-load",
  dmsLogin: undefined,
});
