import { createCeltraActivities } from './celtra';
import { createCreativeForceActivities } from './creative-force';
import { createPlanningActivities } from './planning';
import { createFetchActivities, createSpoolActivities } from './transfer';
import { createSweepActivities } from './sweep';

export { createAddressSeal } from './address-seal';
export { createSpool, type Spool } from './spool';
export type { ActivityStudio, Studios } from './studios';
export type { TaskEnsurer } from './sweep';
export {
  createCeltraActivities,
  createCreativeForceActivities,
  createFetchActivities,
  createPlanningActivities,
  createSpoolActivities,
  createSweepActivities,
};

export type PlanningActivities = ReturnType<typeof createPlanningActivities>;
export type SweepActivities = ReturnType<typeof createSweepActivities>;
export type CreativeForceActivities = ReturnType<typeof createCreativeForceActivities>;
export type CeltraActivities = ReturnType<typeof createCeltraActivities>;
export type FetchActivities = ReturnType<typeof createFetchActivities>;
export type SpoolActivities = ReturnType<typeof createSpoolActivities>;
