import type { Server } from 'node:http';
import type { Socket } from 'node:net';

import type { FastifyInstance } from 'fastify';

import { countByKey } from './count-by-key';
import { peerOf } from './peers';

export interface ConnectionLimits {
  readonly maxConnections: number;
  /** Does not hold for trusted proxies, which have connections of many callers. */
  readonly maxConnectionsPerPeer: number;
  readonly isTrustedProxy: (address: string) => boolean;
  /** Called when a connection had to be closed for another, or could not be taken. */
  readonly onFull: () => void;
}

interface Connection {
  readonly peer: string | undefined;
  /** Requests that are being answered. */
  working: number;
}

/** Guards a server's connections; one whose whole request has arrived is held until it is answered. To be called before hooks that answer. */
export function limitConnections(server: FastifyInstance, limits: ConnectionLimits): void {
  const connections = guardConnections(server.server, limits);
  server.addHook('preHandler', (request, reply, done) => {
    const { socket } = request.raw;
    connections.hold(socket);
    reply.raw.once('close', () => {
      connections.release(socket);
    });
    done();
  });
}

/** Keeps a server open to new connections: at a limit, the one that has been idle longest is closed for the new one. */
function guardConnections(server: Server, limits: ConnectionLimits) {
  // Maps keep the order of insertion: the longest idle comes first.
  const connections = new Map<Socket, Connection>();
  const perPeer = countByKey();

  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress;
    // The caller has gone already.
    if (address === undefined) return;
    const peer = limits.isTrustedProxy(address) ? undefined : peerOf(address);
    const isPeerFull = peer !== undefined && perPeer.of(peer) >= limits.maxConnectionsPerPeer;
    if (isPeerFull || connections.size >= limits.maxConnections) {
      limits.onFull();
      const idle = longestIdle(isPeerFull ? peer : undefined);
      if (idle === undefined) {
        socket.destroy();
        return;
      }
      forget(idle);
      idle.destroy();
    }
    connections.set(socket, { peer, working: 0 });
    if (peer !== undefined) perPeer.add(peer);
    socket.once('close', () => {
      forget(socket);
    });
  });

  return {
    /** A whole request has arrived on this connection: it yields to no other until the answer is sent. */
    hold: (socket: Socket) => {
      const connection = connections.get(socket);
      if (connection !== undefined) connection.working++;
    },
    release: (socket: Socket) => {
      const connection = connections.get(socket);
      if (connection === undefined) return;
      connection.working--;
      connections.delete(socket);
      connections.set(socket, connection);
    },
  };

  function longestIdle(ofPeer: string | undefined): Socket | undefined {
    for (const [socket, { peer, working }] of connections) {
      if (working === 0 && (ofPeer === undefined || peer === ofPeer)) return socket;
    }
    return undefined;
  }

  function forget(socket: Socket): void {
    const connection = connections.get(socket);
    if (connection === undefined) return;
    connections.delete(socket);
    if (connection.peer !== undefined) perPeer.remove(connection.peer);
  }
}

/** Gives open requests so many milliseconds when a server closes: Node waits for all of them, and a caller may never finish one. */
export function closeWithin(server: FastifyInstance, graceMs: number): void {
  server.addHook('preClose', (done) => {
    const timer = setTimeout(() => {
      server.server.closeAllConnections();
    }, graceMs);
    server.server.once('close', () => {
      clearTimeout(timer);
    });
    done();
  });
}
