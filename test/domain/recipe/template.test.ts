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

  it('may ask whether something is there', () => {
    expect(renderTemplate('{% if shot.colour %}colour{% else %}plain{% endif %}', scope)).toBe('plain');
  });
});

describe('a template that cannot be rendered', () => {
  it('names the variable that is not known', () => {
    expect(faultOf('{{ shot.colour }}')).toMatchObject({
      variable: 'shot.colour',
      message: '"{{ shot.colour }}" mentions shot.colour, which is not known here.',
    });
  });

  it('names the property in brackets that is not known', () => {
    expect(faultOf("{{ job.properties['Season'] }}").variable).toContain('Season');
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
