import type { Handlers } from "../../service.ts";
import { supportsOnly } from "../../unsupported.ts";
import type { World } from "../../world.ts";
import { faultOf } from "./faults.ts";
import type { DataApiLimits } from "./limits.ts";
import { type LoginInput, loginOf } from "./login.ts";
import { bindParameters } from "./parameter-values.ts";
import type { RdsDataSdk } from "./sdk.ts";
import { type Deadline, Session } from "./session.ts";
import { bindBatch, execute, executeBatch } from "./statements.ts";
import { Transactions } from "./transactions.ts";

/** The operations over the transactions of one service: https://docs.aws.amazon.com/rdsdataservice/latest/APIReference/Welcome.html */
export function rdsDataHandlers(limits: DataApiLimits): Handlers<RdsDataSdk> {
  const transactions = new Transactions(limits);

  async function onSession<T>(
    world: World,
    input: LoginInput & { readonly transactionId?: string | undefined },
    deadline: Deadline,
    work: (session: Session, inTransaction: boolean) => Promise<T>,
  ): Promise<T> {
    const login = loginOf(world, input);
    const { transactionId, resourceArn, database } = input;
    return answered(async () => {
      if (transactionId !== undefined)
        return transactions.use({ transactionId, resourceArn, database }, deadline, (session) => work(session, true));
      const session = await Session.open(login);
      try {
        return await session.within(deadline, () => work(session, false));
      } finally {
        const ended = session.end();
        if (!deadline.continueAfterTimeout) await ended; // a statement that goes on is nobody's to wait for
      }
    });
  }

  const deadline = (continueAfterTimeout = false): Deadline => ({ ms: limits.statementMs, continueAfterTimeout });

  return {
    async ExecuteStatement(input, { world }) {
      const { continueAfterTimeout, ...call } = input;
      const statement = bindParameters(call.sql ?? "", call.parameters);
      return onSession(world, call, deadline(continueAfterTimeout), (session) => execute(session, statement, call));
    },

    async BatchExecuteStatement(input, { world }) {
      const statements = bindBatch(input.sql ?? "", input.parameterSets);
      await onSession(world, input, deadline(), async (session, inTransaction) => {
        if (!inTransaction) await session.client.query("BEGIN");
        await executeBatch(session, statements);
        if (!inTransaction) await session.run({ text: "COMMIT", values: [] });
      });
      return { updateResults: (input.parameterSets ?? []).map(() => ({ generatedFields: [] })) };
    },

    async BeginTransaction(input, { world }) {
      const login = loginOf(world, input);
      return answered(async () => {
        const session = await Session.open(login);
        try {
          return { transactionId: await transactions.begin(session, input.resourceArn, world.clock) };
        } catch (error) {
          await session.end();
          throw error;
        }
      });
    },

    async CommitTransaction(input, { world }) {
      supportsOnly(input, "resourceArn", "secretArn", "transactionId");
      loginOf(world, input);
      await answered(() => transactions.end(input, "COMMIT"));
      return { transactionStatus: "Transaction Committed" };
    },

    async RollbackTransaction(input, { world }) {
      supportsOnly(input, "resourceArn", "secretArn", "transactionId");
      loginOf(world, input);
      await answered(() => transactions.end(input, "ROLLBACK"));
      return { transactionStatus: "Rollback Complete" };
    },
  };
}

/** Work whose failures are told as the Data API tells them. */
async function answered<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw faultOf(error);
  }
}
