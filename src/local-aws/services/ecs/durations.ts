/** Seconds that these take on AWS, roughly: `world.clock` scales them. What a task does itself takes its own time besides. */
export const seconds = {
  /** The network interface is made. */
  provision: 15,
  /** The image is pulled: upstream's has browsers and OCR in it, and is loaded lazily. */
  pull: 30,
  deprovision: 20,
  /** Libraries are loaded before the bot is read. */
  startEmbedding: 5,
  /** Loading, splitting and embedding a document: from half of it to twice as long, by the document. */
  embedDocument: 20,
  /** "Stopped tasks appear in the returned results for at least one hour" (API reference, DescribeTasks). */
  rememberStopped: 3600,
} as const;

/** Stopped tasks are shown for no less than this, however fast AWS's time goes: clients take real time to look. */
export const leastRememberedMs = 10_000;
