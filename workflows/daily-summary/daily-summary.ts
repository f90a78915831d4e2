import { setCurrentDetails, workflowInfo } from '@temporalio/workflow';

import { summaryBegin, type DailySummaryInput } from '../../domain/notification/daily-summary';
import { notification, summaryRead } from '../activity-options';

/** Tells a studio what became of its tasks since the summary before. The result is what the next one begins with. */
export async function dailySummary({ studio }: DailySummaryInput): Promise<{ readonly until: number }> {
  const until = Date.now();
  const from = summaryBegin(until, workflowInfo().lastResult);
  const summary = await summaryRead('Count delivered, waiting and late tasks').summariseDay({ studio, from, until });
  const { delivered = 'an unknown number', corrected = 'an unknown number', late } = summary;
  setCurrentDetails(`${delivered} delivered, ${corrected} corrected, ${late} late.`);
  await notification('Send the daily summary').postSummary(summary);
  return { until };
}
