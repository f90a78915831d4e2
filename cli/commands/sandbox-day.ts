import type { Command } from 'commander';

import { reach, reachingCommand } from './sandbox-reach';

interface Where {
  readonly control: string;
}

/** `extpost sandbox begin` and `send-webhooks`: what a sandbox that was started by itself waits for. */
export function sandboxDayCommands(): Command[] {
  return [
    reachingCommand('begin', 'let the day begin: the tasks become ready').action(async ({ control }: Where) => {
      await reach({ control }).beginDay();
      console.log('The day has begun.');
    }),
    reachingCommand('send-webhooks', 'say where a studio’s webhooks go')
      .argument('<studio>', 'acme or nordlicht')
      .argument('<url>', 'such as http://127.0.0.1:8080/webhooks/creative-force/acme')
      .action(async (studio: string, url: string, { control }: Where) => {
        const urls = await reach({ control }).call('PUT', '/webhooks', { [studio]: url });
        console.log(JSON.stringify(urls));
      }),
  ];
}
