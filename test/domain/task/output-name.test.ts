import { outputsNamed } from '../../../domain/task/output-name';

const labels = [
  'Front, Feed 1:1',
  'Front, Story',
  'Back, Colourway, Red',
  'Back, Colourway',
  'Front_feed',
  'Détail, Feed',
];
const named = (name: string) => outputsNamed(name, labels, (label) => [label]);

describe('the expected outputs that a name fits', () => {
  it.each([
    ['Front, Feed 1:1', ['Front, Feed 1:1']],
    ['front/feed 1:1', ['Front, Feed 1:1']],
    ['  FRONT ,  feed   1:1 ', ['Front, Feed 1:1']],
    ['Front', ['Front, Feed 1:1', 'Front, Story']],
    ['Back/Colourway/Red', ['Back, Colourway, Red']],
    ['back, colourway', ['Back, Colourway']],
    ['Fro', []],
    ['front_feed.JPG', ['Front_feed']],
    ['Détail/Feed'.normalize('NFD'), ['Détail, Feed']],
    ['Front.v2', []],
    ['', []],
  ])('"%s"', (name, found) => {
    expect(named(name)).toEqual(found);
  });
});
