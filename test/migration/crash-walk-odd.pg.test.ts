import { walk } from "./crash-walk.ts";

walk("killed after lines 1, 3, 5, 7, 9 and every ninth line from there", [1, 3, 5, 7, 9]);
