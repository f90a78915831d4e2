import { Liquid } from 'liquidjs';

import type { Message } from '../../domain/notification/message';

const engine = new Liquid({ strictFilters: true, outputEscape: 'escape' });

const template = engine.parse(`<!doctype html>
<html lang="en">
<body style="font: 15px/1.5 system-ui, sans-serif; color: #1c2024">
<h1 style="font-size: 18px">{{ message.subject }}</h1>
<p>{{ message.sentence }}</p>
{%- if message.figures %}
<table>{% for figure in message.figures %}
<tr><th align="left">{{ figure.name }}</th><td>{{ figure.value }}</td></tr>{% endfor %}
</table>
{%- endif %}
{%- for task in tasks %}
<p>{% if task.cid %}<img src="cid:{{ task.cid }}" alt="" style="max-width: 160px; max-height: 160px"><br>{% endif -%}
<b>{% if task.page %}<a href="{{ task.page }}">{{ task.product }}</a>{% else %}{{ task.product }}{% endif %}</b> ({{ task.task }})
{%- if task.dueText %}, due {{ task.dueText }}{% endif %}<br>{{ task.sentence }}
{%- if task.picture %}<br><a href="{{ task.picture }}">Picture</a>{% endif %}</p>
{%- endfor %}
{%- if more > 0 %}
<p>and {{ more }} more</p>
{%- endif %}
{%- if message.nextActions.length > 0 %}
<p>Possible actions:</p>
<ul>{% for action in message.nextActions %}<li>{{ action }}</li>{% endfor %}</ul>
{%- endif %}
{%- if message.page %}
<p><a href="{{ message.page }}">Open the board</a></p>
{%- endif %}
</body>
</html>
`);

/** The message as an HTML document that loads nothing. `pictures`: content ids of embedded pictures, by task. */
export function emailHtml(message: Message, pictures: ReadonlyMap<string, string>): string {
  const tasks = message.tasks.map((task) => ({ ...task, cid: pictures.get(task.task) }));
  const more = tasks.length === 0 ? 0 : message.count - tasks.length;
  return String(engine.renderSync(template, { message, tasks, more }));
}
