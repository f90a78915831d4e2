import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';

import ipaddr from 'ipaddr.js';
import { Agent, buildConnector, type Dispatcher } from 'undici';

export const FORBIDDEN_ADDRESS = 'FORBIDDEN_ADDRESS';

const CONNECT_TIMEOUT_MS = 10_000;
/** More than `worker.transfersInParallel` is by default: a transfer that has its permit waits for nothing else. */
const CONNECTIONS_PER_HOST = 64;

export type AddressLookup = (
  host: string,
  options: LookupOptions & { all: true },
  done: (error: NodeJS.ErrnoException | null, addresses?: LookupAddress[]) => void,
) => void;

/** Checks the very address of each connection, so that no name server and no redirect leads into a private network. */
export function createTransferDispatcher(allowLoopback: boolean, lookup: AddressLookup = systemLookup): Dispatcher {
  const lookUpChecked: LookupFunction = (host, options, done) => {
    lookup(host, { ...options, all: true }, (error, addresses = []) => {
      const [first] = addresses;
      const isForbidden = addresses.some(({ address }) => !isPublicAddress(address, allowLoopback));
      if (error !== null) done(error, '');
      else if (isForbidden || first === undefined) done(forbiddenAddress(), '');
      else if (options.all === true) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };
  // undici gives host and port for each connection; its type asks for the port here as well.
  const connect = buildConnector({ timeout: CONNECT_TIMEOUT_MS, port: 0, lookup: lookUpChecked });
  return new Agent({
    connect: (options, callback) => {
      // A number is never looked up, so it is checked here.
      const host = withoutBrackets(options.hostname);
      if (isIP(host) !== 0 && !isPublicAddress(host, allowLoopback)) callback(forbiddenAddress(), null);
      else connect(options, callback);
    },
    connections: CONNECTIONS_PER_HOST,
    pipelining: 1,
    allowH2: false,
  });
}

const shared = new Map<boolean, Dispatcher>();

/** The pool used by whoever brings none; its idle connections keep no process alive. */
export function sharedTransferDispatcher(allowLoopback: boolean): Dispatcher {
  const dispatcher = shared.get(allowLoopback) ?? createTransferDispatcher(allowLoopback);
  shared.set(allowLoopback, dispatcher);
  return dispatcher;
}

/** What forbids an address, continuing "an address that", or nothing. Names are judged when they are looked up. */
export function forbiddenReason(url: URL, allowLoopback: boolean): string | undefined {
  const host = withoutBrackets(url.hostname);
  const isNumber = isIP(host) !== 0;
  if (isNumber && !isPublicAddress(host, allowLoopback)) return 'lies in a private network';
  if (url.protocol === 'https:') return undefined;
  const isLocal = isNumber ? ipaddr.process(host).range() === 'loopback' : host === 'localhost';
  return allowLoopback && isLocal ? undefined : 'is not https';
}

/** Only what the whole internet can reach is open; everything that has a name of its own among the ranges is not. */
function isPublicAddress(address: string, allowLoopback: boolean): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  const range = parsed.range();
  // NAT64 writes an IPv4 address into the last four bytes.
  if (range === 'rfc6052') return isPublicAddress(parsed.toByteArray().slice(-4).join('.'), false);
  return range === 'unicast' || (range === 'loopback' && allowLoopback);
}

function forbiddenAddress(): Error {
  return Object.assign(new Error('The address lies in a private network.'), { code: FORBIDDEN_ADDRESS });
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}
