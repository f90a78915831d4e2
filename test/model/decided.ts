/** What a person can decide about one expected output. */
export type Decision =
  | { readonly kind: 'skip' }
  | { readonly kind: 'use'; readonly outputId: string }
  /** A file of the person's own. */
  | { readonly kind: 'file' };

/** What begins the name of whatever was supplied instead of a creative; the fake world calls it so. */
export const SUPPLIED = 'supplied-';

/** What people have decided, as far as they were told yes: from then on nothing else may go out in the same run. */
export class Decided {
  private readonly byKey = new Map<string, { readonly decision: Decision; readonly runId: string }>();
  /** Keys about which something is being said: then the old and the new word may count. */
  private readonly inFlux = new Map<string, number>();

  /** Somebody says something about this output, and is told yes or no. */
  async saying(key: string, decision: Decision, say: () => Promise<string | undefined>): Promise<void> {
    this.inFlux.set(key, (this.inFlux.get(key) ?? 0) + 1);
    const runId = await say();
    if (runId !== undefined) this.byKey.set(key, { decision, runId });
    this.inFlux.set(key, (this.inFlux.get(key) ?? 0) - 1);
  }

  /** Two said something else of the same output at the same moment; which of them counts is not known here. */
  forget(key: string): void {
    this.byKey.delete(key);
  }

  /** Whether Creative Force is asked to do without this output. */
  mayLack(key: string): boolean {
    return this.isInFlux(key) || this.byKey.get(key)?.decision.kind === 'skip';
  }

  /** Why a file made of this may not go out for this output, in words; `undefined` when it may. */
  objectionTo(key: string, source: string, runId: string | undefined): string | undefined {
    const decided = this.byKey.get(key);
    if (decided === undefined || decided.runId !== runId || this.isInFlux(key)) return undefined;
    const { decision } = decided;
    if (decision.kind === 'skip') return `submitted ${key}, which a person had left out`;
    if (decision.kind === 'file' && !source.startsWith(SUPPLIED)) {
      return `submitted ${source} for ${key}, for which a person had supplied a file`;
    }
    if (decision.kind === 'use' && source !== decision.outputId) {
      return `submitted ${source} for ${key}, for which a person had chosen ${decision.outputId}`;
    }
    return undefined;
  }

  private isInFlux(key: string): boolean {
    return (this.inFlux.get(key) ?? 0) > 0;
  }
}
