/** The page of `extpost plan --html`: a Liquid template in which every value is escaped. It loads nothing from anywhere. */
export const reportTemplate = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>Plan · {{ studio }}</title>
<style>
  :root { color-scheme: light dark; --ink: #1c2024; --soft: #60646c; --line: #e0e1e6; --page: #f6f7f9; --card: #fff;
    --good: #18794e; --bad: #c62a2f; --bad-soft: #ffefef; --well: #f0f1f4; }
  @media (prefers-color-scheme: dark) { :root { --ink: #edeef0; --soft: #a1a5ad; --line: #363a3f; --page: #111113;
    --card: #18191b; --good: #4cc38a; --bad: #ff9592; --bad-soft: #3b1219; --well: #212225; } }
  * { box-sizing: border-box; }
  body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
  main { max-width: 1280px; margin: 0 auto; padding: 32px 24px 64px; }
  h1 { font-size: 26px; margin: 0; letter-spacing: -.01em; }
  h2 { font-size: 19px; margin: 0 0 2px; }
  .soft { color: var(--soft); font-size: 13px; }
  section { margin-top: 36px; }
  .head { display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: baseline; justify-content: space-between; }
  .badge { border-radius: 99px; padding: 2px 12px; font-weight: 600; font-size: 13px; color: var(--good);
    border: 1px solid currentColor; white-space: nowrap; }
  .badge.bad { color: var(--bad); }
  .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(380px, 1fr)); gap: 16px; margin-top: 16px; }
  .card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 14px; }
  .card.bad { border-color: var(--bad); }
  .card h3 { font-size: 15px; margin: 0 0 10px; display: flex; justify-content: space-between; gap: 8px; }
  .card h3 span { font-weight: 400; color: var(--soft); font-size: 13px; }
  .pair { display: grid; grid-template-columns: 1fr 22px 1fr; align-items: center; gap: 6px; }
  .pair .arrow { text-align: center; color: var(--soft); font-size: 18px; }
  figure { margin: 0; min-width: 0; }
  .well { background: var(--well); border-radius: 8px; height: 190px; display: grid; place-items: center; overflow: hidden; }
  .well img { max-width: 100%; max-height: 190px; display: block; }
  .well em { color: var(--soft); font-size: 13px; padding: 10px; text-align: center; overflow-wrap: anywhere; }
  figcaption { font-size: 12px; color: var(--soft); margin-top: 4px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  dl { display: grid; grid-template-columns: auto 1fr; gap: 1px 10px; margin: 12px 0 0; font-size: 13px; }
  dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
  .why { background: var(--bad-soft); color: var(--bad); border-radius: 8px; padding: 8px 10px; margin: 12px 0 0; font-size: 13px;
    overflow-wrap: anywhere; }
  ul { margin: 12px 0 0; padding-left: 18px; color: var(--soft); font-size: 13px; }
</style>
</head>
<body>
<main>
<h1>What would be delivered for {{ studio }}</h1>
<p class="soft">Made {{ made }} by extpost plan. Left: what the studio photographed. Right: the Celtra creative. Nothing has been delivered.</p>
{%- for task in tasks %}
<section>
  <div class="head">
    <div>
      <h2>{{ task.title }}</h2>
      <div class="soft">{{ task.flavour }} · {{ task.status }}{% if task.deadline != '' %} · due {{ task.deadline }}{% endif %} · task {{ task.id }} · plan {{ task.hash }}</div>
    </div>
    <span class="badge{% unless task.isComplete %} bad{% endunless %}">{{ task.outcome }}</span>
  </div>
  <div class="cards">
  {%- for output in task.outputs %}
    <article class="card{% if output.problem != '' %} bad{% endif %}">
      <h3>{{ output.label }}<span>{{ output.asked }}</span></h3>
      <div class="pair">
        <figure>
          <div class="well">{% if output.input.dataUri != '' %}<img src="{{ output.input.dataUri }}" alt="{{ output.input.name }}">{% else %}<em>{{ output.input.why }}</em>{% endif %}</div>
          <figcaption title="{{ output.input.name }}">{{ output.input.name }}</figcaption>
        </figure>
        <div class="arrow">{% if output.problem != '' %}✗{% else %}→{% endif %}</div>
        <figure>
          <div class="well">{% if output.creative.dataUri != '' %}<img src="{{ output.creative.dataUri }}" alt="{{ output.creative.name }}">{% else %}<em>{{ output.creative.why }}</em>{% endif %}</div>
          <figcaption title="{{ output.creative.name }}">{{ output.creative.name }}</figcaption>
        </figure>
      </div>
      {%- if output.problem != '' %}
      <p class="why">{{ output.problem }}</p>
      {%- else %}
      <dl>
        <dt>file</dt><dd>{{ output.fileName }} ({{ output.format }})</dd>
        <dt>key</dt><dd>{{ output.key }}</dd>
        <dt>recipe</dt><dd>{{ output.recipe }}</dd>
      </dl>
      {%- endif %}
    </article>
  {%- endfor %}
  </div>
  {%- if task.notes.size > 0 %}
  <ul>{% for note in task.notes %}<li>{{ note }}</li>{% endfor %}</ul>
  {%- endif %}
</section>
{%- endfor %}
</main>
</body>
</html>
`;
