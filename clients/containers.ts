import { type Fields, isRecord } from './record';

/**
 * A body without the containers of API styles: resources of JSON:API (`attributes`, `relationships`), `_embedded` of HAL, and
 * connections of GraphQL (`edges` of `node`), whose rows become `nodes`. See docs/reference/assumptions.md#containers.
 */
export function withoutContainers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutContainers);
  if (!isRecord(value)) return value;
  const plain = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutContainers(inner)]));
  return withoutEdges(withoutEmbedded(withoutAttributes(plain)));
}

function withoutAttributes(value: Fields): Fields {
  const { attributes, relationships, ...others } = value;
  if (!isRecord(attributes) || typeof value['type'] !== 'string') return value;
  const related = Object.entries(isRecord(relationships) ? relationships : {}).flatMap(([name, relation]) =>
    isRecord(relation) && relation['data'] !== undefined ? [[name, relation['data']] as const] : [],
  );
  return { ...others, ...Object.fromEntries(related), ...attributes };
}

function withoutEmbedded(value: Fields): Fields {
  const { _embedded: embedded, ...others } = value;
  return isRecord(embedded) ? { ...others, ...embedded } : value;
}

function withoutEdges(value: Fields): Fields {
  const { edges, ...others } = value;
  const isConnection = Array.isArray(edges) && edges.every((edge) => isRecord(edge) && 'node' in edge);
  return isConnection ? { ...others, nodes: edges.map((edge: Fields) => edge['node']) } : value;
}
