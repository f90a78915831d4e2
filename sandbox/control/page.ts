import { buildLedger } from '../ledger';
import type { World } from '../world';

const colours: Readonly<Record<string, string>> = {
  done: '#1f8a4c',
  waiting: '#6b7280',
  'needs attention': '#b7791f',
  lost: '#c0392b',
  twice: '#c0392b',
  wrong: '#c0392b',
};

/** The ledger as an HTML page; it does not refresh itself. */
export function controlPage(world: World): string {
  const ledger = buildLedger(world);
  const rows = ledger.tasks.map(
    (
      task,
    ) => `<tr><td>${escapeText(task.studio)}</td><td>${escapeText(task.product)}</td><td>${escapeText(task.title)}</td>
<td style="color:${colours[task.verdict] ?? 'inherit'}"><b>${task.verdict}</b></td><td>${escapeText(task.reason)}</td><td>${task.webhook}</td>
<td>${task.files.length}/${task.expected}</td><td><code>${task.taskId}</code></td></tr>`,
  );
  const services = Object.entries<string>({ ...world.addresses }).map(
    ([name, url]) => `<li>${escapeText(name)}: <code>${escapeText(url)}</code></li>`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>extpost sandbox</title>
<style>body{font:15px system-ui,sans-serif;margin:2rem;color:#22252b}table{border-collapse:collapse}td,th{padding:.3rem .7rem;border-bottom:1px solid #ddd;text-align:left}code{font-size:.8rem}</style>
<h1>Sandbox</h1><p><b>${escapeText(ledger.line)}</b>${ledger.finished ? ' · finished' : ''} · ${ledger.summary.violations} violations</p>
<table><tr><th>Studio</th><th>Product</th><th>Title</th><th>Verdict</th><th>Why</th><th>Webhook</th><th>Files</th><th>Task</th></tr>${rows.join('')}</table>
<h2>Services</h2><ul>${services.join('')}</ul><p><a href="/ledger">Ledger as JSON</a> · <a href="/events">Events</a></p></html>\n`;
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
