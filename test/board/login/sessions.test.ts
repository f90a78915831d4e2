import type { Session } from 'fastify';

import { SessionStore } from '../../../board/login/sessions';
import { nobody } from '../../../board/viewer';

const MINUTE = 60_000;

function store() {
  let now = 1_700_000_000_000;
  const sessions = new SessionStore({ idleMs: 30 * MINUTE, absoluteMs: 120 * MINUTE, now: () => now });
  const save = (id: string, kept: Partial<Session>): void => {
    sessions.set(id, kept as Session, () => undefined);
  };
  return {
    sessions,
    pass: (ms: number) => (now += ms),
    logIn: (id: string) => {
      save(id, { viewer: { ...nobody, name: id }, loggedInAt: now });
    },
    visit: (id: string) => {
      save(id, { _csrf: 'secret' });
    },
    viewerOf: (id: string): string | undefined => {
      let found: Session | null | undefined;
      sessions.get(id, (_error, session) => (found = session));
      return found?.viewer?.name;
    },
  };
}

describe('a session', () => {
  it('ends when nothing was clicked for the idle time-out', () => {
    const { logIn, pass, viewerOf } = store();
    logIn('ann');
    pass(30 * MINUTE);
    expect(viewerOf('ann')).toBe('ann');
    pass(1);
    expect(viewerOf('ann')).toBeUndefined();
  });

  it('goes on with each click, until the absolute time-out', () => {
    const { sessions, logIn, pass, viewerOf } = store();
    logIn('ann');
    const seen = Array.from({ length: 7 }, () => {
      pass(20 * MINUTE);
      sessions.touch('ann');
      return viewerOf('ann');
    });
    expect(seen).toEqual(['ann', 'ann', 'ann', 'ann', 'ann', undefined, undefined]);
  });

  it('is not pushed out by strangers, however many', () => {
    const { logIn, visit, viewerOf } = store();
    logIn('ann');
    for (let number = 0; number < 10_000; number += 1) visit(`stranger ${number}`);
    expect(viewerOf('ann')).toBe('ann');
  });

  it('is over once it was ended', () => {
    const { sessions, logIn, viewerOf } = store();
    logIn('ann');
    sessions.destroy('ann', () => undefined);
    expect(viewerOf('ann')).toBeUndefined();
  });
});
