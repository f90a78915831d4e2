/**
 * One file of a Celtra Output (docs/reference/celtra.md#asset-kinds). Only the activity that downloads ever sees `url`:
 * it is a secret.
 */
export interface CeltraAsset {
  /** The asset's name in the output, e.g. `image`; it may be dotted (`cards.<id>.video`). */
  readonly key: string;
  readonly type: 'image' | 'video' | 'html' | 'file' | 'text' | 'other';
  /** Text assets are complete at once, so they are `finished`. */
  readonly status: 'pending' | 'error' | 'finished';
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  /** As Celtra gives it, without a dot; `jpg` and `jpeg` are both possible. */
  readonly extension?: string | undefined;
  readonly blobHash?: string | undefined;
  /** Celtra's own words when `status` is `error` (`error` or `errorMessage`, docs/reference/celtra.md#asset-errors). */
  readonly error?: string | undefined;
  readonly url?: string | undefined;
  /** The words of a text asset. */
  readonly text?: string | undefined;
}

/** A Celtra Output: one creative variant of one design file (docs/reference/celtra.md#output-fields). */
export interface CeltraOutput {
  readonly outputId: string;
  readonly name?: string | undefined;
  /**
   * What Celtra says of the whole; a failed asset can hide behind `pending` (docs/reference/celtra.md#status), so look
   * at the assets.
   */
  readonly status: 'pending' | 'error' | 'finished';
  readonly designFile: {
    readonly id: string;
    readonly name?: string | undefined;
    readonly contentHash?: string | undefined;
  };
  readonly previewUrl?: string | undefined;
  readonly assets: readonly CeltraAsset[];
  /** The Output as Celtra prints it, less its assets: what the right side of a recipe's `match` sees. */
  readonly facts: Readonly<Record<string, unknown>>;
}
