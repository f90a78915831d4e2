/** Drawings of the products, each in a box of 400 × 400. */
export type DrawingKind =
  | 'sneaker'
  | 'tote'
  | 'jacket'
  | 'shirt'
  | 'backpack'
  | 'cap'
  | 'sunglasses'
  | 'watch'
  | 'mug'
  | 'lamp'
  | 'chair'
  | 'kettle'
  | 'planter'
  | 'bottle';

/** Three tones of the product's colour for shading. */
export interface Tones {
  readonly main: string;
  readonly dark: string;
  readonly light: string;
}

type Drawing = (tones: Tones) => string;

const fill = (colour: string): string => `fill="${colour}"`;
const line = (colour: string, width: number): string =>
  `fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"`;

const drawings: Readonly<Record<DrawingKind, Drawing>> = {
  sneaker: ({ main, dark, light }) => `
    <path d="M38 262 C36 210 50 168 66 150 C84 168 118 172 138 156 C176 206 226 232 300 240 C346 246 368 262 368 286 L38 286 Z" ${fill(main)}/>
    <path d="M66 150 C84 168 118 172 138 156 L160 184 C128 214 82 212 50 200 C54 178 60 158 66 150 Z" ${fill(dark)}/>
    <path d="M300 240 C346 246 368 262 368 286 L286 286 C284 266 290 250 300 240 Z" ${fill(light)}/>
    <path d="M92 286 C110 246 156 232 214 250 C184 262 160 274 150 286 Z" ${fill(light)} opacity="0.85"/>
    <path d="M150 196 l26 -22 M176 214 l26 -22 M204 228 l24 -20" ${line('#ffffff', 9)}/>
    <path d="M30 284 H374 C378 306 366 318 346 318 H62 C40 318 28 306 30 284 Z" ${fill('#f6f3ec')}/>
    <path d="M34 304 H372" ${line(dark, 5)}/>`,
  tote: ({ main, dark, light }) => `
    <path d="M140 150 C140 60 260 60 260 150" ${line(dark, 16)}/>
    <path d="M86 142 H314 L340 346 C341 356 334 362 326 362 H74 C66 362 59 356 60 346 Z" ${fill(main)}/>
    <path d="M86 142 H314 L320 190 H80 Z" ${fill(light)} opacity="0.7"/>
    <path d="M60 330 L62 346 C62 356 66 362 74 362 H326 C334 362 341 356 340 346 L338 330 Z" ${fill(dark)}/>
    <rect x="168" y="226" width="64" height="64" rx="10" ${fill(light)}/>
    <path d="M184 258 l12 14 l22 -28" ${line(dark, 8)}/>
    <circle cx="140" cy="160" r="9" ${fill('#d8b25c')}/><circle cx="260" cy="160" r="9" ${fill('#d8b25c')}/>`,
  jacket: ({ main, dark, light }) => `
    <path d="M140 70 L84 100 C64 112 52 200 44 300 C44 310 84 318 90 308 L108 200 Z" ${fill(dark)}/>
    <path d="M260 70 L316 100 C336 112 348 200 356 300 C356 310 316 318 310 308 L292 200 Z" ${fill(dark)}/>
    <path d="M140 66 C160 84 240 84 260 66 L300 96 L304 348 C304 358 296 362 288 362 H112 C104 362 96 358 96 348 L100 96 Z" ${fill(main)}/>
    <path d="M140 66 L196 150 L160 176 L120 80 Z" ${fill(light)}/><path d="M260 66 L204 150 L240 176 L280 80 Z" ${fill(light)}/>
    <path d="M200 150 V360" ${line(dark, 6)}/>
    <path d="M122 268 h48 v52 h-48 Z M230 268 h48 v52 h-48 Z" ${line(dark, 5)}/>
    <circle cx="214" cy="196" r="6" ${fill('#d8b25c')}/><circle cx="214" cy="244" r="6" ${fill('#d8b25c')}/><circle cx="214" cy="292" r="6" ${fill('#d8b25c')}/>`,
  shirt: ({ main, dark, light }) => `
    <path d="M138 76 L56 124 L84 196 L122 178 L118 346 C118 354 124 358 130 358 H270 C276 358 282 354 282 346 L278 178 L316 196 L344 124 L262 76 C246 110 154 110 138 76 Z" ${fill(main)}/>
    <path d="M138 76 C154 110 246 110 262 76 L248 70 C236 92 164 92 152 70 Z" ${fill(dark)}/>
    <path d="M56 124 L84 196 L94 191 L68 117 Z M344 124 L316 196 L306 191 L332 117 Z" ${fill(dark)}/>
    <circle cx="200" cy="214" r="44" ${fill(light)}/><path d="M166 226 l24 -30 l16 20 l12 -14 l18 24" ${line(dark, 8)}/>`,
  backpack: ({ main, dark, light }) => `
    <path d="M156 84 C156 40 244 40 244 84" ${line(dark, 14)}/>
    <path d="M96 190 C70 200 62 250 70 326" ${line(dark, 20)}/><path d="M304 190 C330 200 338 250 330 326" ${line(dark, 20)}/>
    <path d="M96 170 C96 90 150 72 200 72 C250 72 304 90 304 170 V332 C304 352 290 364 272 364 H128 C110 364 96 352 96 332 Z" ${fill(main)}/>
    <path d="M96 178 C140 206 260 206 304 178 L304 160 C300 92 250 72 200 72 C150 72 100 92 96 160 Z" ${fill(light)} opacity="0.75"/>
    <rect x="126" y="242" width="148" height="96" rx="18" ${fill(dark)}/>
    <path d="M140 266 H260" ${line('#d8b25c', 7)}/><rect x="184" y="186" width="32" height="44" rx="7" ${fill('#d8b25c')}/>`,
  cap: ({ main, dark, light }) => `
    <path d="M70 248 C66 148 132 100 202 100 C276 100 318 156 316 236 Z" ${fill(main)}/>
    <path d="M202 100 C160 130 150 190 152 246 M202 100 C250 130 260 180 258 240" ${line(dark, 5)}/>
    <path d="M70 248 C150 222 250 222 316 236 C366 246 388 270 380 286 C330 264 230 262 70 272 Z" ${fill(dark)}/>
    <path d="M70 248 C150 222 250 222 316 236 L316 246 C250 234 150 234 72 260 Z" ${fill(light)}/>
    <circle cx="202" cy="100" r="11" ${fill(dark)}/><circle cx="204" cy="184" r="26" ${fill(light)}/><path d="M192 186 l9 10 l16 -20" ${line(dark, 6)}/>`,
  sunglasses: ({ main, dark, light }) => `
    <path d="M48 168 L20 128 M352 168 L380 128" ${line(dark, 14)}/>
    <path d="M44 162 C90 146 150 148 180 168 C190 160 210 160 220 168 C250 148 310 146 356 162 L350 206 C342 262 304 280 272 276 C236 272 218 236 212 198 C206 188 194 188 188 198 C182 236 164 272 128 276 C96 280 58 262 50 206 Z" ${fill(main)}/>
    <path d="M66 178 C100 166 142 168 166 184 C162 228 148 256 126 258 C96 262 70 244 66 178 Z M334 178 C300 166 258 168 234 184 C238 228 252 256 274 258 C304 262 330 244 334 178 Z" fill="#1d2430"/>
    <path d="M84 190 L120 244 M106 184 L140 234 M252 192 L288 246 M276 186 L310 234" ${line(light, 6)} opacity="0.6"/>`,
  watch: ({ main, dark, light }) => `
    <path d="M150 30 H250 L262 130 H138 Z M150 370 H250 L262 270 H138 Z" ${fill(main)}/>
    <path d="M160 40 H176 L168 130 H152 Z M160 360 H176 L168 270 H152 Z" ${fill(light)} opacity="0.6"/>
    <circle cx="200" cy="200" r="96" ${fill(dark)}/><circle cx="200" cy="200" r="80" fill="#fbfaf6"/>
    <rect x="294" y="186" width="20" height="28" rx="6" ${fill(dark)}/>
    <path d="M200 134 v14 M200 252 v14 M134 200 h14 M252 200 h14" ${line('#2b2f38', 7)}/>
    <path d="M200 200 L200 152 M200 200 L236 222" ${line('#2b2f38', 9)}/><path d="M200 200 L166 240" ${line(main, 5)}/><circle cx="200" cy="200" r="9" ${fill(main)}/>`,
  mug: ({ main, dark, light }) => `
    <path d="M282 160 C372 150 372 290 274 282" ${line(dark, 24)}/>
    <path d="M84 120 H292 L280 316 C278 338 264 348 246 348 H130 C112 348 98 338 96 316 Z" ${fill(main)}/>
    <path d="M104 130 H140 L146 334 H130 C118 332 112 326 110 314 Z" ${fill(light)} opacity="0.7"/>
    <ellipse cx="188" cy="120" rx="104" ry="26" ${fill(dark)}/><ellipse cx="188" cy="124" rx="88" ry="18" fill="#4a2c1d"/>
    <path d="M150 84 C136 64 166 54 152 30 M188 84 C174 64 204 54 190 30 M226 84 C212 64 242 54 228 30" ${line('#b9b2a6', 7)} opacity="0.7"/>
    <path d="M168 230 c14 -24 44 -14 32 14 c-6 14 -20 22 -32 30 c-12 -8 -26 -16 -32 -30 c-12 -28 18 -38 32 -14 Z" ${fill(light)}/>`,
  lamp: ({ main, dark, light }) => `
    <path d="M120 196 L40 360 H360 L280 196 Z" fill="#ffe9a8" opacity="0.45"/>
    <path d="M146 50 H254 L306 196 H94 Z" ${fill(main)}/><path d="M146 50 H182 L150 196 H94 Z" ${fill(light)} opacity="0.7"/>
    <ellipse cx="200" cy="196" rx="106" ry="14" ${fill('#fff4cf')}/>
    <rect x="191" y="204" width="18" height="130" ${fill(dark)}/><path d="M236 200 V258" ${line('#d8b25c', 4)}/><circle cx="236" cy="264" r="8" ${fill('#d8b25c')}/>
    <path d="M130 352 C130 330 270 330 270 352 V360 H130 Z" ${fill(dark)}/>`,
  chair: ({ main, dark, light }) => `
    <path d="M120 250 L96 370 M280 250 L304 370 M152 256 L150 350 M248 256 L250 350" ${line('#a8794a', 15)}/>
    <path d="M112 60 C112 36 288 36 288 60 L296 212 C296 226 104 226 104 212 Z" ${fill(main)}/>
    <path d="M132 68 C132 54 200 50 200 50 V214 C160 214 126 214 126 206 Z" ${fill(light)} opacity="0.6"/>
    <path d="M84 226 C84 204 316 204 316 226 L308 262 C306 274 94 274 92 262 Z" ${fill(dark)}/>
    <path d="M84 226 C84 204 316 204 316 226 C316 242 84 242 84 226 Z" ${fill(main)}/>
    <circle cx="160" cy="120" r="6" ${fill(dark)}/><circle cx="240" cy="120" r="6" ${fill(dark)}/><circle cx="200" cy="160" r="6" ${fill(dark)}/>`,
  kettle: ({ main, dark, light }) => `
    <path d="M122 150 C122 40 292 40 292 150" ${line(dark, 18)}/>
    <path d="M92 250 C60 230 50 190 26 176 L46 156 C84 168 96 196 116 214 Z" ${fill(dark)}/>
    <path d="M96 336 C76 240 112 140 206 140 C300 140 340 240 318 336 C316 350 306 356 294 356 H120 C108 356 98 350 96 336 Z" ${fill(main)}/>
    <path d="M122 330 C106 250 130 174 178 156 C150 200 142 270 152 340 H134 C128 340 124 336 122 330 Z" ${fill(light)} opacity="0.75"/>
    <ellipse cx="206" cy="146" rx="62" ry="14" ${fill(dark)}/><circle cx="206" cy="122" r="15" ${fill('#a8794a')}/>
    <path d="M96 334 C98 352 106 358 120 358 H294 C308 358 316 352 318 334 Z" ${fill(dark)}/>`,
  planter: ({ main, dark, light }) => `
    <path d="M200 230 C190 150 140 110 84 112 C92 176 140 212 200 230 Z" fill="#4f8a5b"/><path d="M200 230 C210 140 262 96 322 104 C312 172 262 214 200 230 Z" fill="#5d9c68"/>
    <path d="M200 236 C170 160 176 84 206 34 C236 90 236 164 200 236 Z" fill="#6fb07a"/><path d="M204 60 V230 M110 128 L198 226 M298 122 L204 226" ${line('#3c6e47', 4)}/>
    <path d="M104 226 H296 L276 350 C274 360 266 364 258 364 H142 C134 364 126 360 124 350 Z" ${fill(main)}/>
    <path d="M118 236 H150 L166 356 H142 C138 356 136 354 134 350 Z" ${fill(light)} opacity="0.7"/>
    <rect x="92" y="214" width="216" height="34" rx="8" ${fill(dark)}/><path d="M128 294 l24 20 l24 -20 l24 20 l24 -20 l24 20 l24 -20" ${line(light, 7)}/>`,
  bottle: ({ main, dark, light }) => `
    <rect x="164" y="30" width="72" height="52" rx="10" ${fill(dark)}/><path d="M172 24 C172 4 228 4 228 24" ${line(dark, 10)}/>
    <path d="M168 82 H232 C234 110 268 122 268 160 V344 C268 360 258 370 242 370 H158 C142 370 132 360 132 344 V160 C132 122 166 110 168 82 Z" ${fill(main)}/>
    <path d="M150 168 C150 140 176 126 180 96 H192 C190 140 172 160 172 180 V352 H160 C154 352 150 348 150 342 Z" ${fill(light)} opacity="0.75"/>
    <rect x="132" y="218" width="136" height="76" ${fill(dark)}/><path d="M166 266 l22 -28 l16 20 l10 -12 l20 20" ${line(light, 7)}/>`,
};

/** One product as SVG elements in a box of 400 × 400 (no `<svg>` around it). */
export function drawProduct(kind: DrawingKind, tones: Tones): string {
  return drawings[kind](tones);
}

/** Mixes two colours `#rrggbb`; `share` 0 gives the first, 1 the second. */
export function mixColours(first: string, second: string, share: number): string {
  const channel = (colour: string, index: number): number =>
    Number.parseInt(colour.slice(1 + index * 2, 3 + index * 2), 16);
  const mixed = [0, 1, 2].map((index) =>
    Math.round(channel(first, index) * (1 - share) + channel(second, index) * share)
      .toString(16)
      .padStart(2, '0'),
  );
  return `#${mixed.join('')}`;
}

/** The three tones of one product colour `#rrggbb`. */
export function tonesOf(colour: string): Tones {
  return { main: colour, dark: mixColours(colour, '#101018', 0.42), light: mixColours(colour, '#ffffff', 0.5) };
}
