import { walk } from "./crash-walk.ts";

walk("killed after lines 2, 4, 6, … and every twentieth line from there", evenNumbers());

function evenNumbers(): number[] {
  return Array.from({ length: 10 }, (_, index) => 2 * index + 2);
}
