import type { Bot } from "../stack/bots.ts";

/** Which bots are meant: all that is given must hold. */
export interface BotChoice {
  /** From the last verification. */
  readonly only?: ReadonlySet<string> | undefined;
  readonly ids?: ReadonlySet<string> | undefined;
  readonly owners?: ReadonlySet<string> | undefined;
  readonly exclude: ReadonlySet<string>;
}

/** Why a bot that is meant is not embedded. */
export type SkipReason = "no knowledge" | "sitemap" | "knowledge base";

/** A bot to embed: no more of it is kept than is needed, for there can be many. */
export interface SelectedBot {
  readonly id: string;
  readonly owner: string;
  readonly title: string;
  /** Addresses and files. */
  readonly documents: number;
  /** The scan's page that it was on. */
  readonly page: number;
}

export interface SkippedBot extends Pick<SelectedBot, "id" | "owner" | "title"> {
  readonly why: SkipReason;
}

export interface Selection {
  /** In the order of the bots' ids, whatever the scan's order was. */
  readonly selected: readonly SelectedBot[];
  readonly skipped: readonly SkippedBot[];
  /** Ids that were asked for, and are no bot's. */
  readonly unknownIds: readonly string[];
}

/**
 * Whether a bot is meant, and can be embedded. Pure. By upstream's `embedding/main.py` (v0.4.5 - v1.4.0): a bot without knowledge ends
 * SUCCEEDED at once, one with `sitemap_urls` fails (NotImplementedError). A bot with a Bedrock Knowledge Base reads no rows (`chat.py`).
 */
function judgeChoice(bot: Bot, { only, ids, owners, exclude }: BotChoice): "selected" | "not meant" | SkipReason {
  const meant = (chosen: ReadonlySet<string> | undefined, value: string) => chosen?.has(value) ?? true;
  if (exclude.has(bot.id) || !meant(only, bot.id) || !meant(ids, bot.id) || !meant(owners, bot.owner))
    return "not meant";
  const { sourceUrls, sitemapUrls, filenames } = bot.knowledge;
  if (bot.hasKnowledgeBase) return "knowledge base";
  if (sitemapUrls > 0) return "sitemap";
  return sourceUrls + filenames > 0 ? "selected" : "no knowledge";
}

/** Collects the bots that are meant, one by one as a scan gives them. */
export function selectBots(choice: BotChoice): { take(bot: Bot, page: number): void; selection(): Selection } {
  const selected: SelectedBot[] = [];
  const skipped: SkippedBot[] = [];
  const unknown = new Set([...(choice.ids ?? []), ...choice.exclude]);
  return {
    take(bot, page) {
      unknown.delete(bot.id);
      const judged = judgeChoice(bot, choice);
      const { id, owner, title, knowledge } = bot;
      if (judged === "selected")
        selected.push({ id, owner, title, documents: knowledge.sourceUrls + knowledge.filenames, page });
      else if (judged !== "not meant") skipped.push({ id, owner, title, why: judged });
    },
    selection: () => ({
      selected: selected.toSorted(byId),
      skipped: skipped.toSorted(byId),
      unknownIds: [...unknown],
    }),
  };
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1;
}
