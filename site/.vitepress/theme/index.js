import Theme from 'vitepress/theme-without-fonts';

import { MermaidDiagram } from './diagram.js';
import './style.css';

export default {
  extends: Theme,
  enhanceApp({ app }) {
    app.component('MermaidDiagram', MermaidDiagram);
  },
};
