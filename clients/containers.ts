type Fields = Readonly<Record<string, unknown>>;

/**
 * A body without the containers of API styles: resources of JSON:API (`attributes`, `relationships`), `_embedded` of HAL, and
 * connections of GraphQL (`edges` of `node`), whose rows become `nodes`. See docs/reference/assumptions.md#containers.
 */
export function withoutContainers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutContainers);
  if (!isFields(value)) return value;
  const plain = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutContainers(inner)]));
  return withoutEdges(withoutEmbedded(withoutAttributes(plain)));
}

function withoutAttributes(value: Fields): Fields {
  const { attributes, relationships, ...others } = value;
  if (!isFields(attributes) || typeof value['type'] !== 'string') return value;
  const related = Object.entries(isFields(relationships) ? relationships : {}).flatMap(([name, relation]) =>
    isFields(relation) && relation['data'] !== undefined ? [[name, relation['data']] as const] : [],
  );
  return { ...others, ...Object.fromEntries(related), ...attributes };
}

function withoutEmbedded(value: Fields): Fields {
  const { _embedded: embedded, ...others } = value;
  return isFields(embedded) ? { ...others, ...embedded } : value;
}

function withoutEdges(value: Fields): Fields {
  const { edges, ...others } = value;
  const isConnection = Array.isArray(edges) && edges.every((edge) => isFields(edge) && 'node' in edge);
  return isConnection ? { ...others, nodes: edges.map((edge: Fields) => edge['node']) } : value;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
