/** The outcome of a call of the redirect address. Only `logged in` and `failed` use up the pending login. */
export type LoginResult =
  | { readonly outcome: 'logged in' | 'no pending login' | 'state mismatch' | 'another browser' }
  | { readonly outcome: 'failed'; readonly message: string };

/** The outcome of a call of the start page. */
export type LoginStart =
  | { readonly outcome: 'no pending login' | 'another browser' }
  | {
      readonly outcome: 'opened';
      /** Where to log in. */
      readonly url: string;
      /** A secret for a cookie of this browser alone. */
      readonly browser: string;
      /** Where the cookie has to come back to. */
      readonly redirectUri: string;
      /** Unix milliseconds. */
      readonly endsAt: number;
    };
