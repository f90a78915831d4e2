import type { Command } from 'commander';

import { sandboxControl, controlCommand } from './control-command';

interface Where {
  readonly control: string;
}

/** `extpost sandbox begin` and `send-webhooks`: needed after `extpost sandbox run`. */
export function sandboxDayCommands(): Command[] {
  return [
    controlCommand('begin', 'begin the day: the tasks become ready').action(async ({ control }: Where) => {
      await sandboxControl({ control }).beginDay();
      console.log('The day has begun.');
    }),
    controlCommand('send-webhooks', 'set the address for a studio’s webhooks')
      .argument('<studio>', 'acme or nordlicht')
      .argument('<url>', 'such as http://127.0.0.1:8080/webhooks/creative-force/acme')
      .action(async (studio: string, url: string, { control }: Where) => {
        const urls = await sandboxControl({ control }).call('PUT', '/webhooks', { [studio]: url });
        console.log(JSON.stringify(urls));
      }),
  ];
}
