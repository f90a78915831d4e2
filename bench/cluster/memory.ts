import { readdir, readFile } from 'node:fs/promises';

/** Megabytes of each process with all its descendants; memory that several share is counted in parts. Empty where there is no `/proc`. */
export async function megabytes(pids: Readonly<Record<string, number>>): Promise<Record<string, number>> {
  const folders = await readdir('/proc').catch(() => []);
  const parents = new Map<number, number>();
  for (const name of folders.filter((folder) => /^\d+$/.test(folder))) {
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    // The name in brackets may hold anything, so what follows it is read.
    const [, , parent = ''] = stat.slice(stat.lastIndexOf(')')).split(' ');
    parents.set(Number(name), Number(parent));
  }
  const childrenOf = (pid: number): number[] =>
    [...parents].flatMap(([child, parent]) => (parent === pid ? [child] : []));
  const sizeOf = async (pid: number): Promise<number> => {
    const own = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
    const kilobytes = Number(/^Pss:\s+(\d+)/m.exec(own)?.[1] ?? 0);
    const children = await Promise.all(childrenOf(pid).map(sizeOf));
    return children.reduce((sum, size) => sum + size, kilobytes / 1024);
  };
  const sizes = await Promise.all(Object.entries(pids).map(async ([name, pid]) => [name, await sizeOf(pid)] as const));
  return parents.size === 0 ? {} : Object.fromEntries(sizes);
}
