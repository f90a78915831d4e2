import { escapeMarkup } from '../escape-markup';
import { buildLedger } from '../ledger';
import type { World } from '../world';

const style = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:0}main{max-width:75rem;margin:0 auto;padding:1.5rem}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}td,th{padding:.5rem .75rem .5rem 0;border-bottom:1px solid #8885;text-align:left;vertical-align:top}
th[scope]{font-weight:600}small{font-weight:400;opacity:.75}code{font-size:.85rem}.line{font-size:1.1rem}.count{white-space:nowrap}
.done{color:light-dark(#17693f,#5fd39a)}.needs-attention,.waiting{color:light-dark(#875a00,#f2c566)}.lost,.twice,.wrong{color:light-dark(#b4232a,#ff9c98)}`;

/** The ledger as an HTML page, for somebody who sees the sandbox for the first time; it does not refresh itself. */
export function controlPage(world: World): string {
  const ledger = buildLedger(world);
  const { violations } = ledger.summary;
  const rows = ledger.tasks.map((task) => {
    const { studio, product, title, verdict, reason, webhook, files, expected, taskId } = task;
    return `<tr><th scope="row">${escapeMarkup(title)}<br><small>${escapeMarkup(`${studio} · ${product} · ${taskId}`)}</small></th>
<td><b class="${verdict.replaceAll(' ', '-')}">${verdict}</b></td><td>${escapeMarkup(reason)}</td><td class="count">${files.length} of ${expected}</td><td>${webhook}</td></tr>`;
  });
  const services = Object.entries<string>({ ...world.addresses }).map(
    ([name, url]) => `<li>${escapeMarkup(name)}: <code>${escapeMarkup(url)}</code></li>`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>extpost sandbox</title><style>${style}</style><main>
<h1>The sandbox</h1>
<p>Stand-ins for Creative Force, Celtra and the object store. The ledger below is their own record of the day: what they received, and whether it was right.</p>
<p class="line"><b>${escapeMarkup(ledger.line)}</b>${ledger.finished ? '; the day is over' : ''}. ${violations === 1 ? '1 request' : `${violations} requests`} broke a rule.</p>
<div class="scroll"><table><thead><tr><th>Task</th><th>Verdict</th><th>Why</th><th>Files</th><th>Webhook</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>
<h2>For programs</h2><p><a href="/ledger">Ledger as JSON</a> · <a href="/events">Events</a> · <a href="/tasks">Tasks</a></p><ul>${services.join('')}</ul>
</main></html>\n`;
}
