import { makeGrpcRetryInterceptor } from '@temporalio/client';

import { callsUntil, retriesUntil } from '../../temporal/closed-calls';

type Call = ReturnType<ReturnType<typeof callsUntil>>;
type Listener = NonNullable<Parameters<Call['start']>[1]>;
type Status = Parameters<NonNullable<Listener['onReceiveStatus']>>[0];

const metadata = {} as Status['metadata'];
const options = {} as Parameters<ReturnType<typeof callsUntil>>[0];
const unavailable: unknown = { code: 14, details: 'nobody listens', metadata };

/** A call through the interceptors of a connection, which the server never answers; and how it ended. */
function unansweredCall(closed: AbortSignal) {
  let attempts = 0;
  const answer = (): Call => {
    attempts += 1;
    return {
      start: (_metadata: unknown, listener?: Listener) => {
        listener?.onReceiveMessage?.(null);
        listener?.onReceiveStatus?.(unavailable as Status);
      },
      sendMessage: () => undefined,
      sendMessageWithContext: () => undefined,
      halfClose: () => undefined,
    } as unknown as Call;
  };
  const retry = makeGrpcRetryInterceptor(
    retriesUntil(closed, { delayFunction: () => 1, retryableDecider: (attempt) => attempt < 3 }),
  );
  const call = retry(options, () => callsUntil(closed)(options, answer));
  const ended = new Promise<string>((resolve) => {
    call.start(metadata, {
      onReceiveStatus: ({ details }) => {
        resolve(details);
      },
    });
    call.sendMessage({});
    call.halfClose();
  });
  return { ended, attempts: () => attempts };
}

describe('the calls of a connection', () => {
  it('are repeated while it is open', async () => {
    const { ended, attempts } = unansweredCall(new AbortController().signal);
    expect([await ended, attempts()]).toEqual(['nobody listens', 3]);
  });

  it('end with an error when it is closed before a repeat', async () => {
    const closing = new AbortController();
    const { ended, attempts } = unansweredCall(closing.signal);
    closing.abort();
    expect([await ended, attempts()]).toEqual(['the connection to Temporal was closed', 1]);
  });

  it('are not made when it is closed', async () => {
    const { ended, attempts } = unansweredCall(AbortSignal.abort());
    expect([await ended, attempts()]).toEqual(['the connection to Temporal was closed', 0]);
  });
});
