import { walk } from "./crash-walk.ts";

walk("killed after lines 2, 4, 6, 8 and every ninth line from there", [2, 4, 6, 8]);
