export { externalPostTask } from './external-post-task';
export { listingSweep } from './listing-sweep';
