export { measureAuditBacklog } from './audit/audit-backlog';
export { grantAccess, isSameSecret } from './codec/codec-access';
export { createCodecServer } from './codec/codec-server';
export { withTimeout } from './webhook/answer-event';
export { closeWithin, limitConnections } from './webhook/connection-guard';
export { firstInAMinute } from './webhook/first-in-a-minute';
export { countByKey } from './webhook/count-by-key';
export { openHeaderRecorder } from './webhook/delivery-headers';
export { registerHealth, startHealthServer } from './webhook/health-routes';
export { loginStartAddress, redirectAddress } from './webhook/login-redirect';
export { addressMatcher, peerOf } from './webhook/peers';
export { createReceiverMetrics } from './webhook/receiver-metrics';
export { withSweepMetrics } from './sweep/sweep-metrics';
export { ensureSweepSchedule, removeSweepSchedule } from './sweep/sweep-schedule';
export { monitorSweeps, readSweepState, type SweepMonitor, type SweepState } from './sweep/sweep-monitor';
export { countWaiting } from './notifications/waiting-tasks';
export { schedulesOfOthers } from './schedules/other-schedules';
export { ensureSummarySchedule, removeSummarySchedule } from './notifications/summary-schedule';
export { createTaskStarter, type TaskStarter } from './tasks/task-starter';
export { countUnconfirmedTasks } from './webhook/unconfirmed-tasks';
export { createWebhookReceiver } from './webhook/webhook-receiver';
export { describeTask, findTask, findTaskIfKnown, parseTaskName, type TaskName } from './tasks/find-task';
export {
  isNarrowed,
  listQuery,
  listTasks,
  quoted,
  type TaskFilter,
  type TaskList,
  type TaskOrder,
  taskOrders,
} from './tasks/list-tasks';
export { queryStatus, readDeliveryRecord, statusIfAnswered, type TaskRun } from './tasks/query-status';
export { readOperatorChoices } from './tasks/operator-choices';
export { flavourOfLastRun } from './tasks/last-flavour';
export { type ActionResult, cancelAction, type TaskAction, updateAction } from './tasks/task-action';
export { historyLines, type HistoryLine, readTaskHistory, stepOutcomeText } from './tasks/task-history';
export { TaskProblem, type TaskProblemKind } from './tasks/task-problem';
export { readTaskReport, type TaskReport } from './tasks/task-report';
export {
  shortId,
  stageText,
  statusLine,
  taskLabel,
  type TaskSummary,
  type TaskSummaryWithStatus,
} from './tasks/task-summary';
