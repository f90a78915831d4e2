import { serveThread } from '../../clients/threads/timed-threads';
import { doRecipeJob, type RecipeJob } from './recipe-work';

serveThread((job) => doRecipeJob(job as RecipeJob));
