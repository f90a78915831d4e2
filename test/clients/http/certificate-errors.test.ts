import { connectionError } from '../../../clients/http/call-error';

describe('a certificate that cannot be verified', () => {
  it.each([
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  ])('leads to the setting for an authority of the operator’s own: %s', (code) => {
    const call = { system: 'Celtra', endpoint: 'POST /export', effect: 'read', secrets: [] } as const;
    const problem = Object.assign(new Error('unable to verify'), { code });
    const { message } = connectionError(call, 'did not answer POST /export', problem, { mayHaveActed: false });
    expect(message).toMatch(/^Celtra did not answer POST \/export: its certificate .*NODE_EXTRA_CA_CERTS/);
  });
});
