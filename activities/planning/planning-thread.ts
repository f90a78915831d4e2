import { serveThread } from '../../clients/threads/timed-threads';
import { doWork, type PlanningJob } from './planning-work';

serveThread((work) => {
  const { name, input } = work as PlanningJob;
  return doWork(name, input);
});
