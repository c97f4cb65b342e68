import { z } from "zod";
import { verificationFormat, verificationSchema } from "./verification.ts";

/** The JSON Schema (draft 2020-12) of a verification's document, as it is published in `docs/`. */
export function publishedSchema(): object {
  return {
    title: "A verification of bedrock-chat-migrate",
    $id: `${verificationFormat}.schema.json`,
    ...z.toJSONSchema(verificationSchema),
  };
}
