'use strict';
// "npm run prose": looks through documents, and through the texts in the sources, for words and sentences that are hard to read.
const { TextlintKernelDescriptor } = require('@textlint/kernel');
const { default: markdown } = require('@textlint/textlint-plugin-markdown');
const { createLinter, loadLinterFormatter } = require('textlint');
const { liquid, yaml } = require('./page-plugins');
const { bannedWords, shortSentences } = require('./rules');
const { typescript } = require('./typescript-plugin');

const LONGEST_SENTENCE = 40;

const documents = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'docs/*.md',
  'docs/reference/*.md',
];
/** These may have longer sentences. */
const records = [
  'CHANGELOG.md',
  'docs/decisions/*.md',
  'sandbox/README.md',
  'bench/README.md',
  'test/security/README.md',
];
const layers = 'domain workflows clients activities config temporal workers starters board cli sandbox demo'.split(' ');
/** Everything else that people read: messages, pages and commented examples. */
const texts = [
  ...layers.map((layer) => `${layer}/**/*.ts`),
  'board/templates/*.liquid',
  'examples/**/*.yaml',
  'extpost.example.yaml',
  'docker-compose.yml',
];

const linterWith = (rules) =>
  createLinter({
    descriptor: new TextlintKernelDescriptor({
      rules,
      plugins: [
        { pluginId: 'markdown', plugin: markdown },
        { pluginId: 'typescript', plugin: typescript },
        { pluginId: 'liquid', plugin: liquid },
        { pluginId: 'yaml', plugin: yaml },
      ],
      filterRules: [],
    }),
  });

async function main(given) {
  const words = { ruleId: 'words', rule: bannedWords };
  const sentences = { ruleId: 'sentences', rule: shortSentences, options: { max: LONGEST_SENTENCE } };
  const lint = (rules, files) => (files.length === 0 ? [] : linterWith(rules).lintFiles(files));
  const all =
    given.length > 0
      ? await lint([words], given)
      : [...(await lint([words, sentences], documents)), ...(await lint([words], [...records, ...texts]))];
  const results = all.filter(({ messages }) => messages.length > 0);
  const formatter = await loadLinterFormatter({ formatterName: 'unix' });
  if (results.length > 0) console.error(formatter.format(results));
  process.exitCode = results.length > 0 ? 1 : 0;
}

void main(process.argv.slice(2));
