import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/** What a person can search for in the Web UI. Keyword, because these are ids and states, not prose. */
export const searchAttributes = {
  studio: defineSearchAttributeKey('ExtpostStudio', SearchAttributeType.KEYWORD),
  stage: defineSearchAttributeKey('ExtpostStage', SearchAttributeType.KEYWORD),
  taskId: defineSearchAttributeKey('ExtpostTaskId', SearchAttributeType.KEYWORD),
  product: defineSearchAttributeKey('ExtpostProduct', SearchAttributeType.KEYWORD),
  /** Product code and name, as people are shown them; of an editorial task those of its deliverable. */
  title: defineSearchAttributeKey('ExtpostTitle', SearchAttributeType.KEYWORD),
  /** `ecom` or `editorial`. */
  flavour: defineSearchAttributeKey('ExtpostFlavour', SearchAttributeType.KEYWORD),
  /** `yes` of a run that a webhook has started, until Creative Force has shown the task itself. */
  unconfirmed: defineSearchAttributeKey('ExtpostUnconfirmed', SearchAttributeType.KEYWORD),
  cause: defineSearchAttributeKey('ExtpostCause', SearchAttributeType.KEYWORD),
  round: defineSearchAttributeKey('ExtpostRound', SearchAttributeType.INT),
  /** When the stage began. */
  since: defineSearchAttributeKey('ExtpostSince', SearchAttributeType.DATETIME),
  /** The earliest known deadline. */
  due: defineSearchAttributeKey('ExtpostDue', SearchAttributeType.DATETIME),
  /** The task needs attention, and is being tried again just now. */
  tryingAgain: defineSearchAttributeKey('ExtpostTryingAgain', SearchAttributeType.BOOL),
} as const;
