/** Seconds that these take on AWS, roughly, for a small cluster: `world.clock` scales them. */
export const seconds = {
  createCluster: 60,
  restoreCluster: 420,
  createInstance: 300,
  deleteInstance: 180,
  deleteCluster: 120,
  rebootInstance: 45,
  startCluster: 300,
  stopCluster: 180,
  takeSnapshot: 180,
  /** After ModifyDBCluster has answered, before the cluster's status shows it. */
  passwordUnnoticed: 5,
  resetPassword: 30,
  modifyInstance: 120,
} as const;
