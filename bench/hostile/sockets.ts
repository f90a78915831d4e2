import { percentile } from '../median';
import { row, seconds } from '../realistic-report';
import { withTemporal } from '../with-temporal';
import { attack } from './attack';
import { deliverAtRate } from './honest-caller';
import { startReceiverAlone } from './receiver-alone';

const SOCKETS = 1_000;
/** How soon an attacker opens another socket for one that was closed. */
const AGAIN_AFTER_MS = 1_000;
const HONEST = { count: 100, perSecond: 5 };
const MAX_P99_MS = 1_000;

const address = '/webhooks/creative-force/acme';
/** What each socket sends; `undefined`: there are none. */
const floods: Readonly<Record<string, string | undefined>> = {
  'no attack': undefined,
  idle: '',
  'slow headers': `POST ${address} HTTP/1.1\r\nhost: x\r\nx-slow: `,
  'slow bodies': `POST ${address} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9000\r\n\r\n{`,
  'kept alive': `GET ${address} HTTP/1.1\r\nhost: x\r\n\r\n`,
};

/** Signed webhooks of the same network address as 1,000 sockets that do nothing useful. */
export async function hostileSockets(): Promise<boolean> {
  return withTemporal(async (own) => {
    const receiver = await startReceiverAlone(own);
    let isKept = true;
    try {
      for (const [name, text] of Object.entries(floods)) {
        const { port, webhook, secret } = receiver;
        const attacker =
          text === undefined
            ? undefined
            : await attack({ kind: 'sockets', port, count: SOCKETS, text, againAfterMs: AGAIN_AFTER_MS });
        const answers = await deliverAtRate(webhook, secret, HONEST);
        const { opened } = ((await attacker?.stop()) ?? { opened: 0 }) as { opened: number };
        const accepted = answers.filter(({ status }) => status === 202);
        const p99 = percentile(
          answers.map(({ milliseconds }) => milliseconds),
          0.99,
        );
        isKept &&= accepted.length === HONEST.count && p99 < MAX_P99_MS;
        const p50 = percentile(
          answers.map(({ milliseconds }) => milliseconds),
          0.5,
        );
        row(
          name,
          `${accepted.length} of ${HONEST.count} accepted, p50 ${seconds(p50)}, p99 ${seconds(p99)}; ${opened} sockets opened`,
        );
      }
    } finally {
      await receiver.stop();
    }
    return isKept;
  });
}
