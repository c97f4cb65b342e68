import { walk } from "./crash-walk.ts";

walk("killed after lines 1, 3, 5, … and every thirtieth line from there", oddNumbers());

function oddNumbers(): number[] {
  return Array.from({ length: 15 }, (_, index) => 2 * index + 1);
}
