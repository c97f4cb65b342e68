import { walk } from "./crash-walk.ts";

walk("killed after lines 2, 4, 6, … and every thirtieth line from there", evenNumbers());

function evenNumbers(): number[] {
  return Array.from({ length: 15 }, (_, index) => 2 * index + 2);
}
