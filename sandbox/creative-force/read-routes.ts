import { CELTRA_PROJECT_PROPERTY } from '../day/studios';
import type { ContentCreationType, Job, Product, Studio, Task } from '../day/model';
import type { World } from '../world';
import { isGuid, refuse, refuseShape } from './error-responses';
import type { GatewayEndpoint } from './endpoints';
import type { Gateway } from './gateway';

/**
 * Jobs, products, projects and deliverables by id (docs/reference/assumptions.md#job-and-product;
 * docs/reference/creative-force.md#jobs-and-products).
 */
export function registerReadRoutes(gateway: Gateway, world: World): void {
  registerReadById(gateway, '/jobs/:jobId', 'getJob', (studio, id) => {
    const job = jobsOf(world, studio, 'ecom').find(({ jobId }) => jobId === id);
    return job && jobJson(studio, job);
  });
  registerReadById(gateway, '/products/:productId', 'getProduct', (studio, id) => {
    const product = productsOf(world, studio, 'ecom').find(({ productId }) => productId === id);
    return product && productJson(studio, product);
  });
  registerReadById(gateway, '/editorial/projects/:projectId', 'getProject', (studio, id) => {
    const project = jobsOf(world, studio, 'editorial').find(({ jobId }) => jobId === id);
    return project && projectJson(studio, project);
  });
  registerReadById(gateway, '/editorial/deliverables/:deliverableId', 'getDeliverable', (studio, id) => {
    const deliverable = productsOf(world, studio, 'editorial').find(({ productId }) => productId === id);
    return deliverable && deliverableJson(deliverable);
  });
}

/** One thing of the caller's studio by its id in any letter case; malformed and unknown ids are refused with 400. */
function registerReadById(
  gateway: Gateway,
  path: `${string}:${string}`,
  endpoint: GatewayEndpoint,
  find: (studio: Studio, id: string) => Record<string, unknown> | undefined,
): void {
  const name = path.slice(path.indexOf(':') + 1);
  gateway.route('GET', path, endpoint, ({ reply, studio, parameter }) => {
    const id = parameter(name);
    if (!isGuid(id)) return refuseShape(reply, { [name]: [`The value '${id}' is not valid.`] });
    const found = find(studio, id.toLowerCase());
    return found === undefined ? refuse(reply, 400, 'GEN-4', 'InvalidData') : reply.send(found);
  });
}

function jobsOf(world: World, studio: Studio, type: ContentCreationType): Job[] {
  return ownTasks(world, studio).flatMap((task) => (task.contentCreationType === type ? [task.job] : []));
}

function productsOf(world: World, studio: Studio, type: ContentCreationType): Product[] {
  return ownTasks(world, studio).flatMap((task) =>
    task.contentCreationType === type ? [task.product, ...task.furtherDeliverables] : [],
  );
}

function ownTasks(world: World, studio: Studio): Task[] {
  return world.tasks.filter((task) => task.studio === studio);
}

function jobJson(studio: Studio, job: Job): Record<string, unknown> {
  return {
    jobId: job.jobId,
    jobCode: job.code,
    jobName: job.name,
    clientId: studio.workspaceId,
    // A consumer compares it through parseInt, so it may be a string
    // (docs/reference/creative-force.md#jobs-and-products).
    deadlineUtc: String(job.deadline),
    properties: propertiesJson(studio, job),
    jobTypeId: 2,
  };
}

function propertiesJson(studio: Studio, job: Job): Record<string, string> {
  const name = studio.propertyKeys === 'name' ? 'Celtra project' : CELTRA_PROJECT_PROPERTY;
  return {
    ...(job.namesDesign && { [name]: job.design.designId }),
    ...(studio.propertyKeys === 'name' && { Season: 'SS27' }),
  };
}

function projectJson(studio: Studio, project: Job): Record<string, unknown> {
  return {
    projectId: project.jobId,
    projectCode: project.code,
    projectName: project.name,
    clientId: studio.workspaceId,
    dueDatetimeUtc: project.deadline,
    properties: propertiesJson(studio, project),
  };
}

function deliverableJson(deliverable: Product): Record<string, unknown> {
  return {
    deliverableId: deliverable.productId,
    deliverableCode: deliverable.code,
    deliverableCfCode: deliverable.cfCode,
    deliverableName: deliverable.name,
    outputName: deliverable.code.toLowerCase(),
    dueDatetimeUtc: null,
    properties: {},
  };
}

function productJson(studio: Studio, product: Product): Record<string, unknown> {
  return {
    productId: product.productId,
    productCode: product.code,
    productCfCode: product.cfCode,
    productName: product.name,
    brand: studio.title,
    color: product.colourName,
    styleCode: product.code.slice(0, -1),
    vendorMaterialCode: null,
    category: { categoryName: product.category },
    properties: {},
    productDisplayImages: [],
  };
}
