import { createAuditActivities, createAuditLog } from './audit/audit-activities';
import { createCeltraActivities } from './celtra/celtra-activities';
import { createConversionActivities } from './pictures/conversion-activities';
import { createCreativeForceActivities } from './creative-force/creative-force-activities';
import { createCreativeWatchActivities } from './celtra/creative-watch';
import { createGatewayLeaseActivities } from './creative-force/gateway-lease';
import { createRecordActivities } from './planning/earlier-record';
import { createInputActivities } from './inputs/input-activities';
import { createNotificationActivities, createCoverReader } from './notifications/notification-activities';
import { createPlanningActivities, createPreflightActivities } from './planning/planning-activities';
import { createSweepActivities } from './creative-force/sweep-activities';
import { createSummaryActivities } from './notifications/summary-activities';
import { createFetchActivities, createSpoolActivities } from './transfer/transfer-activities';
import { createVerdictActivities } from './creative-force/verdict-watch';

export { GATEWAY_QUIET_MS, HOLD_GATEWAY, type GatewayService } from './creative-force/gateway-lease';
export { createAddressSeal } from './creative-force/address-seal';
export { createSpecCache } from './creative-force/spec-cache';
export type { AuditLog } from './audit/audit-log';
export { createTaskEntriesReader, createTerminationNotes } from './audit/task-entries';
export { createPictureKeeper, noPictures, type PictureKeeper } from './pictures/keep/picture-keeper';
export { createPlanKeeper } from './planning/plan-keeper';
export { createPlanningThreads } from './planning/planning-threads';
export { planHere } from './planning/planning-work';
export { createDecoderProcesses } from './pictures/process/decoder-processes';
export { createSpool, type Spool, type SpoolLimits } from './transfer/spool';
export type { ActivityStudio, Studios } from './runtime/studios';
export type { CountWaiting } from './notifications/summary-activities';
export type { SweepStarter } from './creative-force/sweep-activities';
export {
  createAuditActivities,
  createAuditLog,
  createCeltraActivities,
  createConversionActivities,
  createCoverReader,
  createCreativeForceActivities,
  createCreativeWatchActivities,
  createFetchActivities,
  createGatewayLeaseActivities,
  createInputActivities,
  createNotificationActivities,
  createPlanningActivities,
  createPreflightActivities,
  createRecordActivities,
  createSpoolActivities,
  createSummaryActivities,
  createSweepActivities,
  createVerdictActivities,
};

export type AuditActivities = ReturnType<typeof createAuditActivities>;
export type PlanningActivities = ReturnType<typeof createPlanningActivities>;
export type PreflightActivities = ReturnType<typeof createPreflightActivities>;
export type ConversionActivities = ReturnType<typeof createConversionActivities>;
export type SweepActivities = ReturnType<typeof createSweepActivities>;
export type CreativeForceActivities = ReturnType<typeof createCreativeForceActivities>;
export type GatewayLeaseActivities = ReturnType<typeof createGatewayLeaseActivities>;
export type VerdictActivities = ReturnType<typeof createVerdictActivities>;
export type CreativeWatchActivities = ReturnType<typeof createCreativeWatchActivities>;
export type NotificationActivities = ReturnType<typeof createNotificationActivities>;
export type SummaryActivities = ReturnType<typeof createSummaryActivities>;
export type RecordActivities = ReturnType<typeof createRecordActivities>;
export type CeltraActivities = ReturnType<typeof createCeltraActivities>;
export type FetchActivities = ReturnType<typeof createFetchActivities>;
export type InputActivities = ReturnType<typeof createInputActivities>;
export type SpoolActivities = ReturnType<typeof createSpoolActivities>;
