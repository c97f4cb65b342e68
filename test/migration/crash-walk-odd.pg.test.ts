import { walk } from "./crash-walk.ts";

walk("killed after lines 1, 3, 5, … and every twentieth line from there", oddNumbers());

function oddNumbers(): number[] {
  return Array.from({ length: 10 }, (_, index) => 2 * index + 1);
}
