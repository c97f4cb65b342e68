import type { World } from "../../world.ts";
import { subnetGroupArn } from "./subnet-groups.ts";

/**
 * The network interfaces that data migrations hold in the subnets of a group. AWS takes a while to remove them after the
 * migration is gone, and refuses to delete the group until then.
 */
export class NetworkInterfaces {
  readonly #counts = new Map<string, number>();

  attach(world: World, subnetGroup: string): void {
    const key = subnetGroupArn(world, subnetGroup);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  detach(world: World, subnetGroup: string): void {
    const key = subnetGroupArn(world, subnetGroup);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) - 1);
  }

  isUsed(world: World, subnetGroup: string): boolean {
    return (this.#counts.get(subnetGroupArn(world, subnetGroup)) ?? 0) > 0;
  }
}
