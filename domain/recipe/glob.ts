/** A place in a text's way through a glob: takes one character, or leads on without one. */
interface Place {
  /** Absent: takes none. */
  readonly takes?: ((character: string) => boolean) | undefined;
  next: Place[];
}

/** All places where a text may be so far, and where each next character leads; computed once, when it is needed. */
interface State {
  readonly places: ReadonlySet<Place>;
  readonly next: Map<string, State>;
}

/** Then the states are forgotten: a glob with many choices can have very many. */
const REMEMBERED_STATES = 500;

/**
 * A matcher for a glob: `*` (any characters), `?` (one), `[ab]`, `[a-z]`, `[!ab]`, `{a,b}`; `\\` makes the next character
 * ordinary. Names are not paths: slashes and leading dots are ordinary. All ways through the glob are followed at the same
 * time, so the time grows with the length of the text and never with the number of ways.
 */
export function globMatcher(glob: string): (text: string) => boolean {
  const characters = Array.from(glob);
  const end: Place = { next: [] };
  const { start } = new GlobParser(characters, end).sequence(0);
  // What the glob does not mention leads to the same places, unless it lies in a range.
  const mentioned = glob.includes('-') ? undefined : new Set(characters);
  const ids = new Map<Place, number>();
  const states = new Map<string, State>();
  const first = stateOf(reachable([start]));
  return (text) => {
    let state = first;
    for (const character of text) {
      const kind = mentioned === undefined || mentioned.has(character) ? character : '';
      const known = state.next.get(kind);
      const next = known ?? stateOf(reachable(after(state.places, character)));
      if (known === undefined) state.next.set(kind, next);
      if (next.places.size === 0) return false;
      state = next;
    }
    return state.places.has(end);
  };

  function stateOf(places: ReadonlySet<Place>): State {
    const key = [...places]
      .map((place) => ids.get(place) ?? ids.set(place, ids.size).size - 1)
      .sort((one, other) => one - other)
      .join();
    const known = states.get(key);
    if (known !== undefined) return known;
    if (states.size >= REMEMBERED_STATES) {
      for (const { next } of states.values()) next.clear();
      states.clear();
    }
    const state: State = { places, next: new Map() };
    states.set(key, state);
    return state;
  }
}

function after(places: ReadonlySet<Place>, character: string): Place[] {
  return [...places].flatMap((place) => (place.takes?.(character) === true ? place.next : []));
}

/** These places and those that they lead to without a character. */
function reachable(from: readonly Place[]): Set<Place> {
  const found = new Set(from);
  for (const place of found) if (place.takes === undefined) for (const next of place.next) found.add(next);
  return found;
}

class GlobParser {
  constructor(
    private readonly characters: readonly string[],
    private readonly end: Place,
  ) {}

  /** The part from an index up to one of `stops`, or to the end of the glob. */
  sequence(from: number, stops = '', after = this.end): { readonly start: Place; readonly index: number } {
    const start: Place = { next: [] };
    let last = start;
    let index = from;
    const add = (place: Place): void => {
      last.next.push(place);
      last = place;
    };
    while (index < this.characters.length && !stops.includes(this.characters[index] ?? '')) {
      const character = this.characters[index] ?? '';
      const set = character === '[' ? this.#set(index) : undefined;
      const choice = character === '{' ? this.#choice(index) : undefined;
      if (set !== undefined) {
        add({ takes: set.takes, next: [] });
        index = set.index;
      } else if (choice !== undefined) {
        last.next.push(...choice.starts);
        last = choice.end;
        index = choice.index;
      } else if (character === '*') {
        const place: Place = { next: [] };
        place.next.push({ takes: () => true, next: [place] });
        add(place);
        index++;
      } else if (character === '?') {
        add({ takes: () => true, next: [] });
        index++;
      } else {
        const isEscape = character === '\\' && index + 1 < this.characters.length;
        const literal = isEscape ? this.characters[index + 1] : character;
        add({ takes: (other) => other === literal, next: [] });
        index += isEscape ? 2 : 1;
      }
    }
    last.next.push(after);
    return { start, index };
  }

  /** `{a,b}`; without a comma or an end it is ordinary text. */
  #choice(open: number): { readonly starts: Place[]; readonly end: Place; readonly index: number } | undefined {
    const end: Place = { next: [] };
    const starts: Place[] = [];
    let index = open;
    do {
      const part = this.sequence(index + 1, ',}', end);
      starts.push(part.start);
      index = part.index;
    } while (this.characters[index] === ',');
    return this.characters[index] === '}' && starts.length > 1 ? { starts, end, index: index + 1 } : undefined;
  }

  /** `[ab]`; without an end it is ordinary text. */
  #set(open: number): { readonly takes: (character: string) => boolean; readonly index: number } | undefined {
    const isNegated = ['!', '^'].includes(this.characters[open + 1] ?? '');
    const from = open + (isNegated ? 2 : 1);
    // A bracket right at the beginning is a member.
    const close = this.characters.indexOf(']', from + 1);
    if (close === -1) return undefined;
    const members = this.characters.slice(from, close);
    const isMember = (character: string): boolean =>
      members.some((member, at) => {
        const isRange = members[at + 1] === '-' && at + 2 < members.length;
        return isRange ? member <= character && character <= (members[at + 2] ?? '') : member === character;
      });
    return { takes: (character) => isMember(character) !== isNegated, index: close + 1 };
  }
}
