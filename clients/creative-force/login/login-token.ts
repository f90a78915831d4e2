import { requireAccess } from '../../http/oauth-token';
import type { HttpOptions } from '../../http/send-request';
import { TokenCache, type AccessToken } from '../../http/token-cache';
import type { LoginSettings } from '../settings';
import { LoginFiles, loginOf, type StoredLogin } from './login-files';
import { OAuthClient } from './oauth-client';
import { loginError, type TokenSource } from './token-source';

/** The token of a person's login. Processes share it and renew under a lock: a refresh token may be valid once. */
export class LoginToken implements TokenSource {
  readonly isRenewable = true;
  readonly #studio: string;
  readonly #http: HttpOptions;
  readonly #files: LoginFiles;
  readonly #oauth: OAuthClient;
  readonly #cache: TokenCache;
  /** The last rejected token, which must not be taken from the file again. */
  #rejected: string | undefined;
  /** A login that could not be written, and the stored refresh token that it replaces. */
  #unsaved: { readonly replaces: string; readonly login: StoredLogin } | undefined;

  constructor(settings: LoginSettings, http: HttpOptions) {
    this.#studio = settings.studio;
    this.#http = http;
    this.#files = new LoginFiles(settings);
    this.#oauth = new OAuthClient(settings, http);
    this.#cache = new TokenCache(() => this.#renew(), http.now);
  }

  get(signal?: AbortSignal): Promise<string> {
    return this.#cache.get(signal);
  }

  invalidate(value: string): void {
    this.#rejected = value;
    this.#cache.invalidate(value);
  }

  adviceWhenRejected(): string {
    return `A fresh token was refused too: check that the studio’s registered app is still active, then run "extpost login ${this.#studio}".`;
  }

  #renew(): Promise<AccessToken> {
    return this.#files.locked(async () => {
      const stored = await this.#readLogin();
      if (stored.accessToken !== this.#rejected && this.#http.now() < stored.renewAt) return toAccessToken(stored);
      const response = await this.#oauth.refresh(stored.refreshToken);
      // Not every server replaces the refresh token; where it does, the old one is used up.
      const login = loginOf(response, response.refreshToken ?? stored.refreshToken, this.#http.now());
      await this.#save(login, stored.refreshToken);
      requireAccess(response);
      return toAccessToken(login);
    });
  }

  async #readLogin(): Promise<StoredLogin> {
    const stored = await this.#files.read('login');
    if (stored === undefined) {
      const studio = this.#studio;
      throw loginError(`Nobody is logged in to Creative Force for studio ${studio}. Log in: extpost login ${studio}.`);
    }
    if (this.#unsaved?.replaces !== stored.refreshToken) return stored;
    const { login } = this.#unsaved;
    await this.#save(login, stored.refreshToken);
    return login;
  }

  /** Keeps a login that a full disk did not take, to write it the next time: its refresh token is the only valid one. */
  async #save(login: StoredLogin, replaces: string): Promise<void> {
    this.#unsaved = { replaces, login };
    await this.#files.write('login', login);
    this.#unsaved = undefined;
  }
}

function toAccessToken({ accessToken, renewAt }: StoredLogin): AccessToken {
  return { value: accessToken, renewAt };
}
