import mermaidAddress from '@mermaid-js/tiny/dist/mermaid.tiny.js?url';
import { useData } from 'vitepress';
import { defineComponent, h, onMounted, ref, watch } from 'vue';

let loading;
let count = 0;

/** The library is one script that sets a global; it is loaded once, by the first page with a diagram. */
function loadMermaid() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = mermaidAddress;
    script.onload = () => resolve(globalThis.mermaid);
    script.onerror = () => reject(new Error('The script that draws diagrams could not be loaded.'));
    document.head.append(script);
  });
  return loading;
}

/** Draws a Mermaid diagram in the reader's browser; until then, and where scripts are off, its source is shown. */
export const MermaidDiagram = defineComponent({
  props: { source: { type: String, required: true } },
  setup(props) {
    const source = decodeURIComponent(props.source);
    const { isDark } = useData();
    const svg = ref('');
    const draw = async () => {
      const mermaid = await loadMermaid();
      mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', theme: isDark.value ? 'dark' : 'default' });
      svg.value = (await mermaid.render(`diagram-${(count += 1)}`, source)).svg;
    };
    onMounted(draw);
    watch(isDark, draw);
    return () =>
      h('div', { class: 'diagram' }, svg.value === '' ? h('pre', source) : h('div', { innerHTML: svg.value }));
  },
});
