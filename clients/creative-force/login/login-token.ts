import type { HttpOptions } from '../../http/call-json';
import { RemoteCallError } from '../../remote-call-error';
import { LoginFiles, type StoredLogin } from './login-files';
import { OAuthClient } from './oauth-client';
import { TokenCache, renewalTime, type AccessToken } from '../../http/token-cache';
import type { LoginSettings } from '../settings';
import type { TokenSource } from './token-source';

/**
 * The bearer token of one studio by a person's login (authorization code with refresh). The login lies in a sealed file
 * that all processes of this host share: whoever needs a fresh token takes the lock, looks whether another process has
 * fetched one meanwhile, and only then uses the refresh token, which may be good for one use only.
 */
export class LoginToken implements TokenSource {
  readonly isRenewable = true;
  readonly #studio: string;
  readonly #http: HttpOptions;
  readonly #files: LoginFiles;
  readonly #server: OAuthClient;
  readonly #memory: TokenCache;
  /** The last token that was refused: it is not taken from the file again. */
  #refused: string | undefined;
  /** What could not be written, and the refresh token that it stands for. */
  #unsaved: { readonly insteadOf: string; readonly login: StoredLogin } | undefined;

  constructor(settings: LoginSettings, http: HttpOptions) {
    this.#studio = settings.studio;
    this.#http = http;
    this.#files = new LoginFiles(settings);
    this.#server = new OAuthClient(settings, http);
    this.#memory = new TokenCache(() => this.#renew(), http.now);
  }

  get(signal?: AbortSignal): Promise<string> {
    return this.#memory.get(signal);
  }

  invalidate(value: string): void {
    this.#refused = value;
    this.#memory.invalidate(value);
  }

  adviceWhenRejected(): string {
    return `A fresh token was refused too: check that the studio’s registered app is still active, then run "extpost login ${this.#studio}".`;
  }

  #renew(): Promise<AccessToken> {
    return this.#files.locked(async () => {
      const stored = await this.#stored();
      if (stored.accessToken !== this.#refused && this.#http.now() < stored.renewAt) return asToken(stored);
      const grant = await this.#server.refresh(stored.refreshToken);
      const login: StoredLogin = {
        // Not every server replaces it.
        refreshToken: grant.refreshToken ?? stored.refreshToken,
        accessToken: grant.accessToken,
        renewAt: renewalTime(this.#http.now(), grant.expiresIn),
      };
      await this.#save(login, stored.refreshToken);
      return asToken(login);
    });
  }

  async #stored(): Promise<StoredLogin> {
    const stored = await this.#files.read('login');
    if (stored === undefined) {
      throw new RemoteCallError(
        `Nobody is logged in to Creative Force for studio ${this.#studio}. Log in: extpost login ${this.#studio}.`,
        { system: 'Creative Force', endpoint: 'login', kind: 'unauthorized', mayHaveActed: false },
      );
    }
    if (this.#unsaved?.insteadOf !== stored.refreshToken) return stored;
    const { login } = this.#unsaved;
    await this.#save(login, stored.refreshToken);
    return login;
  }

  /** A full disk must not cost the login: what it could not take is kept here and written the next time. */
  async #save(login: StoredLogin, insteadOf: string): Promise<void> {
    this.#unsaved = { insteadOf, login };
    await this.#files.write('login', login);
    this.#unsaved = undefined;
  }
}

function asToken({ accessToken, renewAt }: StoredLogin): AccessToken {
  return { value: accessToken, renewAt };
}
