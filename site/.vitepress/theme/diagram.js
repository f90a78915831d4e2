import { useData } from 'vitepress';
import { defineComponent, h, onMounted, ref, watch } from 'vue';

let count = 0;

/** Draws a Mermaid diagram in the reader's browser; until then, and where scripts are off, its source is shown. */
export const MermaidDiagram = defineComponent({
  props: { source: { type: String, required: true } },
  setup(props) {
    const source = decodeURIComponent(props.source);
    const { isDark } = useData();
    const svg = ref('');
    const draw = async () => {
      const { default: mermaid } = await import('@mermaid-js/tiny');
      mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', theme: isDark.value ? 'dark' : 'default' });
      svg.value = (await mermaid.render(`diagram-${(count += 1)}`, source)).svg;
    };
    onMounted(draw);
    watch(isDark, draw);
    return () =>
      h('div', { class: 'diagram' }, svg.value === '' ? h('pre', source) : h('div', { innerHTML: svg.value }));
  },
});
