/**
 * Refusals of the gateway in words (docs/reference/creative-force.md#refusals). The numbers are those of the capture
 * calls; that External Post uses the same is assumed.
 */
export const gatewayErrorMessages: Readonly<Record<string, string>> = {
  6: 'the task was deleted',
  10: 'the task is not known',
  24: 'an uploaded asset is not known yet, or the same submission was sent before',
  29: 'the task belongs to another workspace',
  152: 'an asset was used already',
  154: 'the task was submitted already',
  301: 'the product is inactive',
  320: 'the production type is disabled',
  402: 'a position does not belong to the task',
  403: 'too few assets for a position',
  406: 'the wrong number or kind of assets',
  411: 'a position is missing',
  412: 'a kind of asset that is not allowed at its position',
  500: 'an asset id is missing',
  'GEN-4': 'the data sent is not valid',
  'PER-3': 'the API user has no access to this workspace',
};

/** Why a file got no upload address (docs/reference/creative-force.md#presigned-uploads). */
export const uploadErrorMessages: Readonly<Record<string, string>> = {
  1: 'its file name is missing',
  3: 'its MD5 is missing',
  11: 'its local id is missing',
  12: 'its length is missing',
  13: 'the physical file type is missing or unknown',
  14: 'the workspace is missing, unknown, disabled or deleted',
};
