import type { ExtpostConfig } from '../../config';
import { type AccessRules, fullAccess } from './access';
import type { LoginMethod } from './login-method';
import { createOpenIdConnect } from './openid-connect';
import { generatePassword } from './password';
import { createProxyHeaders } from './proxy-headers';

type BoardSettings = ExtpostConfig['board'];

export interface ChosenLogin {
  readonly method: LoginMethod;
  readonly rules: AccessRules;
}

/**
 * The log-in that the configuration describes. Without one, a board for this computer only gets a password for this start.
 * Gives a fault in words when the board would be open to others without a real log-in.
 */
export function chooseLogin(board: BoardSettings, isLoopback: boolean): ChosenLogin | { readonly fault: string } {
  const { login, publicUrl, trustedProxies, host } = board;
  if (login?.openIdConnect !== undefined && publicUrl !== undefined) {
    return {
      method: { kind: 'openid connect', client: createOpenIdConnect(login.openIdConnect, publicUrl) },
      rules: login,
    };
  }
  if (login?.proxyHeaders !== undefined) {
    const read = createProxyHeaders({ ...login.proxyHeaders, proxies: trustedProxies });
    return { method: { kind: 'proxy headers', read }, rules: login };
  }
  if (login?.password !== undefined) {
    if (!isLoopback && !login.isPublishedOnLoopback) return { fault: passwordFault(host) };
    return { method: { kind: 'password', password: login.password, isInLink: false }, rules: fullAccess };
  }
  if (!isLoopback) return { fault: noLoginFault(host) };
  return { method: { kind: 'password', password: generatePassword(), isInLink: true }, rules: fullAccess };
}

function noLoginFault(host: string): string {
  return (
    `The board would be open to everybody who reaches ${host}, because board.login in extpost.yaml is not set. ` +
    'Set board.login.openIdConnect or board.login.proxyHeaders; or, for a trial on this computer, board.host to 127.0.0.1.'
  );
}

function passwordFault(host: string): string {
  return (
    `board.login.password is for a trial on one computer, and ${host} can be reached from others. Set board.host to 127.0.0.1, ` +
    'or board.login.openIdConnect or board.login.proxyHeaders instead of the password. In a container whose port is published on 127.0.0.1 ' +
    'set board.login.isPublishedOnLoopback to true.'
  );
}
