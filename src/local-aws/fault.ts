/** An error that the local AWS answers with, by the code and HTTP status that AWS itself uses. */
export class AwsFault extends Error {
  readonly code: string;
  readonly status: number;
  /** Members beside the message (JSON protocols only). */
  readonly members: object;

  constructor(code: string, message: string, status = 400, members: object = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.members = members;
  }
}
