/** One file of an Output (docs/reference/celtra.md#asset-kinds). `url` is a secret that only downloads see. */
export interface CeltraAsset {
  /** The asset's name in the output, e.g. `image`; it may be dotted (`cards.<id>.video`). */
  readonly key: string;
  readonly type: 'image' | 'video' | 'html' | 'file' | 'text' | 'other';
  /** Text assets are always `finished`. */
  readonly status: 'pending' | 'error' | 'finished';
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  /** Of a film or page, as Celtra announces it; the unit of the duration is not documented. */
  readonly fps?: number | undefined;
  readonly duration?: number | undefined;
  /** As Celtra gives it, without a dot; `jpg` and `jpeg` are both possible. */
  readonly extension?: string | undefined;
  readonly blobHash?: string | undefined;
  /** Celtra's message when `status` is `error` (docs/reference/celtra.md#asset-errors). */
  readonly error?: string | undefined;
  readonly url?: string | undefined;
  readonly text?: string | undefined;
}

/** A Celtra Output: one creative variant of one design file (docs/reference/celtra.md#output-fields). */
export interface CeltraOutput {
  readonly outputId: string;
  readonly name?: string | undefined;
  /** Can be `pending` although an asset has failed (docs/reference/celtra.md#status), so look at the assets. */
  readonly status: 'pending' | 'error' | 'finished';
  readonly designFile: {
    readonly id: string;
    readonly name?: string | undefined;
    readonly contentHash?: string | undefined;
  };
  readonly previewUrl?: string | undefined;
  readonly assets: readonly CeltraAsset[];
  /** The Output as Celtra returns it, without its assets: the scope of a recipe's `match.output` template. */
  readonly facts: Readonly<Record<string, unknown>>;
}
