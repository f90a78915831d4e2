import { printMachine } from '../realistic-report';
import { hostilePictures } from '../hostile-pictures';
import { honestBurst } from './burst';
import { studioFlood } from './flood';
import { hostileSockets } from './sockets';
import { hostileTexts } from './texts';

const parts: Readonly<Record<string, () => Promise<boolean>>> = {
  sockets: hostileSockets,
  burst: honestBurst,
  flood: studioFlood,
  pictures: hostilePictures,
  texts: hostileTexts,
};

/** `hostile [part…]`: attacks, and what honest traffic gets meanwhile. Without arguments all parts, one after another. */
export async function hostile(args: readonly string[]): Promise<boolean> {
  const unknown = args.filter((name) => parts[name] === undefined);
  if (unknown.length > 0)
    throw new TypeError(`No part "${unknown.join(', ')}"; there are ${Object.keys(parts).join(', ')}.`);
  printMachine();
  let isKept = true;
  for (const [name, part] of Object.entries(parts)) {
    if (args.length > 0 && !args.includes(name)) continue;
    console.log(`\n${name}`);
    const isPartKept = await part();
    console.log(isPartKept ? 'As promised.' : 'Below the promise.');
    isKept &&= isPartKept;
  }
  return isKept;
}
