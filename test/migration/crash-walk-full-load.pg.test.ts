import { walk } from "./crash-walk.ts";
import { noWishes } from "./story.ts";

walk("a full load that is taken back, killed after lines 6, 11, and every twelfth line from there", [6, 11], {
  wishes: { ...noWishes, migrationType: "full-load" },
  undone: true,
  stride: 12,
});
