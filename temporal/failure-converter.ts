import { DefaultFailureConverter } from '@temporalio/common';

/** Puts message and stack of a failure into a payload, where they are encrypted. The SDK loads this by its path. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
