'use strict';
// "npm run prose": looks through documents, and through the texts in the sources, for words and sentences that are hard to read.
const { TextlintKernelDescriptor } = require('@textlint/kernel');
const { default: markdown } = require('@textlint/textlint-plugin-markdown');
const { createLinter, loadLinterFormatter } = require('textlint');
const { bannedWords, shortSentences } = require('./rules');
const { Processor } = require('./typescript-plugin');

const LONGEST_SENTENCE = 40;

const documents = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'docs/*.md',
  'docs/reference/*.md',
];
const layers = 'domain workflows clients activities config temporal workers starters board cli sandbox demo'.split(' ');

const linterWith = (rules) =>
  createLinter({
    descriptor: new TextlintKernelDescriptor({
      rules,
      plugins: [
        { pluginId: 'markdown', plugin: markdown },
        { pluginId: 'typescript', plugin: { Processor } },
      ],
      filterRules: [],
    }),
  });

async function main(given) {
  const words = { ruleId: 'words', rule: bannedWords };
  const sentences = { ruleId: 'sentences', rule: shortSentences, options: { max: LONGEST_SENTENCE } };
  const sources = layers.map((layer) => `${layer}/**/*.ts`);
  const wanted = (all, extension) => (given.length === 0 ? all : given.filter((file) => file.endsWith(extension)));
  const lint = (rules, files) => (files.length === 0 ? [] : linterWith(rules).lintFiles(files));
  const all = [
    ...(await lint([words, sentences], wanted(documents, '.md'))),
    ...(await lint([words], wanted(sources, '.ts'))),
  ];
  const results = all.filter(({ messages }) => messages.length > 0);
  const formatter = await loadLinterFormatter({ formatterName: 'unix' });
  if (results.length > 0) console.error(formatter.format(results));
  process.exitCode = results.length > 0 ? 1 : 0;
}

void main(process.argv.slice(2));
