import { createAuditActivities } from './audit';
import { createCeltraActivities } from './celtra';
import { createConversionActivities } from './convert';
import { createCreativeForceActivities } from './creative-force';
import { createCreativeWatchActivities } from './creative-watch';
import { createRecordActivities } from './earlier-record';
import { createInputActivities } from './inputs';
import { createPeopleActivities } from './notify';
import { createPlanningActivities } from './planning';
import { createPreflightActivities } from './preflight';
import { createSweepActivities } from './sweep';
import { createFetchActivities, createSpoolActivities } from './transfer-batches';
import { createVerdictActivities } from './verdict-watch';

export { createAddressSeal } from './address-seal';
export { createAuditLog, type AuditLog, type AuditReceipt } from './audit-log';
export { keepInputs, type KeptInputs } from './keep-inputs';
export { createSpool, type Spool, type SpoolLimits } from './spool';
export type { ActivityStudio, Studios } from './studios';
export type { TaskEnsurer } from './sweep';
export {
  createAuditActivities,
  createCeltraActivities,
  createConversionActivities,
  createCreativeForceActivities,
  createCreativeWatchActivities,
  createFetchActivities,
  createInputActivities,
  createPeopleActivities,
  createPlanningActivities,
  createPreflightActivities,
  createRecordActivities,
  createSpoolActivities,
  createSweepActivities,
  createVerdictActivities,
};

export type AuditActivities = ReturnType<typeof createAuditActivities>;
export type PlanningActivities = ReturnType<typeof createPlanningActivities>;
export type PreflightActivities = ReturnType<typeof createPreflightActivities>;
export type ConversionActivities = ReturnType<typeof createConversionActivities>;
export type SweepActivities = ReturnType<typeof createSweepActivities>;
export type CreativeForceActivities = ReturnType<typeof createCreativeForceActivities>;
export type VerdictActivities = ReturnType<typeof createVerdictActivities>;
export type CreativeWatchActivities = ReturnType<typeof createCreativeWatchActivities>;
export type PeopleActivities = ReturnType<typeof createPeopleActivities>;
export type RecordActivities = ReturnType<typeof createRecordActivities>;
export type CeltraActivities = ReturnType<typeof createCeltraActivities>;
export type FetchActivities = ReturnType<typeof createFetchActivities>;
export type InputActivities = ReturnType<typeof createInputActivities>;
export type SpoolActivities = ReturnType<typeof createSpoolActivities>;
