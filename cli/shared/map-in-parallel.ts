import { forEachInParallel } from '../../domain/shared/for-each-in-parallel';

/** Maps items with at most `atMost` calls at a time. The results have the order of the items. */
export async function mapInParallel<Item, Result>(
  items: readonly Item[],
  atMost: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results = new Map<number, Result>();
  await forEachInParallel(atMost, items.entries(), async ([index, item]) => {
    results.set(index, await work(item));
  });
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
}
