import {
  filterTemplates,
  mentionedVariables,
  renderFilters,
  renderTemplate,
  TemplateError,
  type TemplateScope,
} from '../../../domain/recipe/template';

const scope: TemplateScope = {
  shot: { position: 'Front', inputs: [{ fileName: 'SKU-1_front.tif' }] },
  job: { code: 'JOB-1', properties: { 'Celtra project': 'design-1' } },
};

/** The error that a template ends with; the test fails when there is none. */
function faultOf(template: string, variables: TemplateScope = scope): TemplateError {
  try {
    renderTemplate(template, variables);
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
  throw new Error(`The template ${template} was rendered.`);
}

describe('a template', () => {
  it('puts in what its variables say', () => {
    expect(renderTemplate("{{ shot.position }}/{{ job.properties['Celtra project'] }}", scope)).toBe('Front/design-1');
  });

  it('may use Liquid’s own filters', () => {
    expect(renderTemplate('{{ shot.inputs[0].fileName | split: "_" | first | downcase }}', scope)).toBe('sku-1');
  });

  it('loses the white space around it', () => {
    expect(renderTemplate('  {{ shot.position }} ', scope)).toBe('Front');
  });

  it('loses the lines around its result', () => {
    expect(renderTemplate('{% if true %}\n  {{ shot.position }}\n{% endif %}', scope)).toBe('Front');
  });

  it('keeps the spaces of a value, because they make it another value', () => {
    expect(renderTemplate('{{ name }}', { name: ' Front ' })).toBe(' Front ');
  });

  it('may give a default for what a task lacks', () => {
    expect(renderTemplate('{{ shot.colour | default: "any" }}', scope)).toBe('any');
  });

  it.each([
    ['as the argument of a default that is not needed', '{{ shot.position | default: spec.name }}', 'Front'],
    ['as the argument of a default before another one', '{{ job.x | default: spec.name | default: "any" }}', 'any'],
    ['before filters that come before a default', '{{ spec.name | downcase | default: "any" }}', 'any'],
    ['before our own filters and a default', '{{ spec.name | slug | default: "any" }}', 'any'],
    ['as width and height before a default', '{{ spec.width | ratio: spec.height | default: "1:1" }}', '1:1'],
    ['as a number before a default', '{{ expected.variant | pad: 3 | default: "000" }}', '000'],
    ['in a comparison', '{% if spec.name == "Feed" %}feed{% else %}other{% endif %}', 'other'],
    ['in a comparison of two', '{% if spec.name == job.x %}same{% else %}other{% endif %}', 'same'],
    ['behind “and”', '{% if shot.position and spec.name %}both{% else %}one{% endif %}', 'one'],
    ['as an index in a condition', '{% if job.properties[spec.name] %}yes{% else %}no{% endif %}', 'no'],
    ['in unless', '{% unless spec.name %}none{% endunless %}', 'none'],
    ['in elsif', '{% if spec.a %}a{% elsif spec.b %}b{% else %}c{% endif %}', 'c'],
    ['in case', '{% case spec.name %}{% when "Feed" %}feed{% else %}other{% endcase %}', 'other'],
    ['inside a condition that is not met', '{% if spec %}{{ spec.name }}{% else %}Original{% endif %}', 'Original'],
    ['as a default within a condition', '{% if true %}{{ spec.name | default: job.code }}{% endif %}', 'JOB-1'],
    ['in an assignment with a default', '{% assign key = spec.name | default: job.code %}{{ key }}', 'JOB-1'],
  ])('may leave out what a task lacks: %s', (_, template, text) => {
    expect(renderTemplate(template, scope)).toBe(text);
  });

  it('may ask whether something is there', () => {
    expect(renderTemplate('{% if shot.colour %}colour{% else %}plain{% endif %}', scope)).toBe('plain');
  });
});

describe('a template that cannot be rendered', () => {
  it('names the variable that is not known', () => {
    expect(faultOf('{{ shot.colour }}')).toMatchObject({
      variable: 'shot.colour',
      message: '"{{ shot.colour }}" mentions shot.colour, which this task does not have.',
    });
  });

  it('names the property in brackets that is not known', () => {
    expect(faultOf("{{ job.properties['Season'] }}").variable).toContain('Season');
  });

  it.each([
    ['bare', 'x-{{ spec.name }}', 'spec'],
    ['bare, with a filter', 'x-{{ spec.name | downcase }}', 'spec'],
    ['bare, behind a default for another', '{{ shot.colour | default: "any" }}-{{ spec.name }}', 'spec'],
    ['inside a condition that is met', '{% if shot.position %}x-{{ spec.name }}{% endif %}', 'spec'],
    ['as the argument of a filter behind the default', '{{ job.x | default: "a" | append: spec.name }}', 'spec'],
    ['in both places of a default', 'x-{{ shot.colour | default: spec.name }}', 'spec'],
  ])('names a variable that is missing %s', (_, template, variable) => {
    expect(faultOf(template).variable).toBe(variable);
  });

  it('reaches nothing but what it was given', () => {
    expect(faultOf('{{ shot.constructor }}').variable).toBe('shot.constructor');
  });

  it('is refused when it comes out empty, because an empty key would match by accident', () => {
    expect(faultOf('{{ shot.colour | default: "" }}').message).toBe(
      'The template "{{ shot.colour | default: "" }}" rendered to an empty text.',
    );
  });

  it.each([
    ['is broken', '{{ shot.position'],
    ['uses a filter that does not exist', '{{ shot.position | sparkle }}'],
    ['wants another template', '{% include "/etc/passwd" %}'],
  ])('is quoted in the error when it %s', (_case, template) => {
    expect(faultOf(template).message).toContain(`"${template}" cannot be used: `);
  });

  it('is stopped when it would work for too long', () => {
    expect(faultOf('{% for a in (1..9000000) %}{{ a }}{% endfor %}')).toBeInstanceOf(TemplateError);
  });
});

describe('the variables that a template mentions', () => {
  it('are paths, also through brackets', () => {
    expect(mentionedVariables("{{ job.properties['Celtra project'] }}-{{ shot.position }}")).toEqual([
      ['job', 'properties', 'Celtra project'],
      ['shot', 'position'],
    ]);
  });

  it('count inside conditions and filters', () => {
    expect(mentionedVariables('{% if product.brand %}{{ job.name | default: product.code }}{% endif %}')).toEqual(
      expect.arrayContaining([
        ['product', 'brand'],
        ['job', 'name'],
        ['product', 'code'],
      ]),
    );
  });

  it('do not count when the template itself makes them', () => {
    expect(mentionedVariables('{% assign key = shot.position %}{{ key }}')).toEqual([['shot', 'position']]);
  });
});

describe('the templates of a filter tree', () => {
  const filters = {
    designFile: { id: ['{{ job.code }}'], archived: [false] },
    output: { contentDimensionsByName: { Product: [{ startsWith: '{{ shot.position }}' }, 'fixed'] } },
  };

  it('are all its texts, also inside operators', () => {
    expect(filterTemplates(filters)).toEqual(['{{ job.code }}', '{{ shot.position }}', 'fixed']);
  });

  it('are rendered in place, and nothing else changes', () => {
    expect(renderFilters(filters, scope)).toEqual({
      designFile: { id: ['JOB-1'], archived: [false] },
      output: { contentDimensionsByName: { Product: [{ startsWith: 'Front' }, 'fixed'] } },
    });
  });

  it('fail like any template', () => {
    expect(() => renderFilters({ designFile: { id: ['{{ job.nothing }}'] } }, scope)).toThrow(TemplateError);
  });
});
